// Verifies an exported log with golang.org/x/mod/sumdb, which shares no code with the gateway:
//
//	main KEYFILE FOLDER [OLDSIZE]
//
// It opens the checkpoint with the verifier key, reads tiles as far as a proof needs them (tlog checks each against the root),
// proves the inclusion of every record that it samples, and the consistency with every older size that it samples.
package main

import (
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const height = 8

func check(err error) {
	if err != nil {
		fmt.Println("refused:", err)
		os.Exit(1)
	}
}

type folder struct{ path string }

func (f folder) Height() int { return height }

// The gateway's paths have no height in them (C2SP), those of the package have: tile/8/<L>/<N>.
func (f folder) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, t := range tiles {
		path := strings.Replace(t.Path(), "tile/8/", "tile/", 1)
		data, err := os.ReadFile(filepath.Join(f.path, filepath.FromSlash(path)))
		if err != nil {
			return nil, err
		}
		all = append(all, data)
	}
	return all, nil
}

func (f folder) SaveTiles([]tlog.Tile, [][]byte) {}

func (f folder) records(n int64, size int64) ([][]byte, error) {
	width := size - n*256
	if width > 256 {
		width = 256
	}
	t := tlog.Tile{H: height, L: -1, N: n, W: int(width)}
	path := strings.Replace(t.Path(), "tile/8/data/", "tile/entries/", 1)
	data, err := os.ReadFile(filepath.Join(f.path, filepath.FromSlash(path)))
	if err != nil {
		return nil, err
	}
	var records [][]byte
	for len(data) > 0 {
		if len(data) < 2 || len(data) < 2+int(binary.BigEndian.Uint16(data)) {
			return nil, fmt.Errorf("bundle %d is cut short", n)
		}
		end := 2 + int(binary.BigEndian.Uint16(data))
		records = append(records, data[2:end])
		data = data[end:]
	}
	if int64(len(records)) != width {
		return nil, fmt.Errorf("bundle %d has %d records", n, len(records))
	}
	return records, nil
}

func main() {
	key, err := os.ReadFile(os.Args[1])
	check(err)
	f := folder{os.Args[2]}
	verifier, err := note.NewVerifier(strings.TrimSpace(string(key)))
	check(err)
	text, err := os.ReadFile(filepath.Join(f.path, "checkpoint"))
	check(err)
	opened, err := note.Open(text, note.VerifierList(verifier))
	check(err)
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 || lines[0] != verifier.Name() {
		check(fmt.Errorf("not a checkpoint of this log"))
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	check(err)
	root, err := base64.StdEncoding.DecodeString(lines[2])
	check(err)
	tree := tlog.Tree{N: size}
	copy(tree.Hash[:], root)

	reader := tlog.TileHashReader(tree, f)
	inclusions, consistencies := 0, 0
	for n := int64(0); n*256 < size; n++ {
		records, err := f.records(n, size)
		check(err)
		for i, record := range records {
			index := n*256 + int64(i)
			hash := tlog.RecordHash(record)
			stored, err := reader.ReadHashes([]int64{tlog.StoredHashIndex(0, index)})
			check(err)
			if stored[0] != hash {
				check(fmt.Errorf("record %d is not the one in the tree", index))
			}
			if index%13 != 0 && index != size-1 {
				continue
			}
			proof, err := tlog.ProveRecord(size, index, reader)
			check(err)
			check(tlog.CheckRecord(proof, size, tree.Hash, index, hash))
			inclusions++
		}
	}
	for old := int64(1); old <= size; old += 1 + size/40 {
		oldRoot, err := tlog.TreeHash(old, reader)
		check(err)
		proof, err := tlog.ProveTree(size, old, reader)
		check(err)
		check(tlog.CheckTree(proof, size, tree.Hash, old, oldRoot))
		consistencies++
	}
	// Proofs that the gateway made: lines "inclusion SIZE ROOT INDEX LEAF HASH…" and "consistency NEW ROOT OLD ROOT HASH…".
	for _, line := range strings.Split(os.Getenv("PROOFS"), "\n") {
		if line == "" {
			continue
		}
		words := strings.Fields(line)
		var hashes []tlog.Hash
		for _, word := range words[5:] {
			hash, err := tlog.ParseHash(word)
			check(err)
			hashes = append(hashes, hash)
		}
		n, err := strconv.ParseInt(words[1], 10, 64)
		check(err)
		m, err := strconv.ParseInt(words[3], 10, 64)
		check(err)
		one, err := tlog.ParseHash(words[2])
		check(err)
		other, err := tlog.ParseHash(words[4])
		check(err)
		if words[0] == "inclusion" {
			check(tlog.CheckRecord(hashes, n, one, m, other))
			inclusions++
		} else {
			check(tlog.CheckTree(hashes, n, one, m, other))
			consistencies++
		}
	}
	fmt.Printf("accepted: %s, %d records, %d inclusions, %d consistencies\n", verifier.Name(), size, inclusions, consistencies)
}
