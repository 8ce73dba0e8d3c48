/** Everything that this process writes to stdout and stderr, from now on. */
export function captureOutput(): { text(): string; stop(): void } {
  const written: string[] = []
  const undo = [process.stdout, process.stderr].map((stream) => {
    const write = stream.write
    stream.write = ((chunk: unknown, ...rest: unknown[]) => {
      written.push(typeof chunk === 'string' ? chunk : Buffer.from(chunk as Uint8Array).toString('utf8'))
      return Reflect.apply(write, stream, [chunk, ...rest])
    }) as typeof stream.write
    return () => {
      stream.write = write
    }
  })
  return {
    text: () => written.join(''),
    stop: () => {
      for (const restore of undo) restore()
    },
  }
}
