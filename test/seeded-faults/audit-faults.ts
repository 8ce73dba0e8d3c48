import type { Fault } from './fault.ts'

const LOG = ['test/audit/log.test.ts']
const FAULTS_FOR_REAL = ['test/audit/faults.test.ts']
const APPENDER = ['test/audit/appender.test.ts']
const SALTS = ['test/audit/salts.test.ts']
const LARGE = ['test/audit/large-accesses.test.ts']
const RECORD = ['test/audit/record.test.ts']
const FOLDING = ['test/audit/folding.test.ts']
const SIGNING = ['test/audit/signing.test.ts', 'test/audit/signing-fault.test.ts']
const VERIFYING = ['test/audit/verify/verify-log.test.ts', 'test/audit/tamper/tamper.test.ts']
const ENDPOINT = ['test/http/audit-endpoint.test.ts']
const CHANGES = ['test/cli/audit-changes.test.ts', 'test/audit/retention.test.ts']

/** In how accesses are put on record, and in how the record is signed, verified, read and cut short. */
export const AUDIT_FAULTS: readonly Fault[] = [
  {
    name: 'a batch that may be in the log already is sent again without looking',
    file: 'src/audit/commit-protocol.ts',
    find: 'const found = sent ? await findBatch(s, batch.id) : undefined',
    replace: 'const found = undefined as Place | undefined',
    tests: FAULTS_FOR_REAL,
  },
  {
    name: 'all records of a batch have the receipt of the first one',
    file: 'src/audit/commit-protocol.ts',
    find: 'origin, index: index++, leafHash',
    replace: 'origin, index, leafHash',
    tests: LOG,
  },
  {
    name: 'a batch has as many records as there are',
    file: 'src/audit/fitting.ts',
    find: 'return i > 0 && (records > MAX_BATCH_RECORDS || bytes > MAX_BATCH_BYTES)',
    replace: 'return i > 0 && records > 10 * MAX_BATCH_RECORDS',
    tests: LARGE,
  },
  {
    name: 'what does not fit a batch is forgotten',
    file: 'src/audit/writer.ts',
    find: 'waiting.unshift(...left)',
    replace: '',
    tests: [...LOG, ...LARGE],
  },
  {
    name: 'a column with a backslash is taken for what the record says',
    file: 'src/audit/verify/copies.ts',
    find: "!row.text.slice(column.start, column.end).includes('\\\\')",
    replace: 'true',
    tests: ['test/audit/verify/examine-rows.test.ts'],
  },
  {
    name: 'a log that was given up is never tried again',
    file: 'src/audit/writer.ts',
    find: 'running = down && !closed ? probe() : undefined',
    replace: 'running = undefined',
    tests: FAULTS_FOR_REAL,
  },
  {
    name: 'a log that does not answer goes on accepting',
    file: 'src/audit/log.ts',
    find: '!closing && depth < queueSize && !writer.down',
    replace: '!closing && depth < queueSize',
    tests: [...FAULTS_FOR_REAL, ...LARGE],
  },
  {
    name: 'the queue of the log has no end',
    file: 'src/audit/log.ts',
    find: '!closing && depth < queueSize && !writer.down',
    replace: '!closing && !writer.down',
    tests: [...LOG, ...FAULTS_FOR_REAL],
  },
  {
    name: 'the statement that commits does not ask whether a commit is durable',
    file: 'src/audit/insert-batch.ts',
    find: " AND current_setting('synchronous_commit') = 'on'",
    replace: '',
    tests: APPENDER,
  },
  {
    name: 'the gateway extends a head that another one has moved',
    file: 'src/audit/insert-batch.ts',
    find: 'WHERE single AND size = $11::bigint AND origin = $12',
    replace: 'WHERE single AND size >= $11::bigint AND origin = $12',
    tests: APPENDER,
  },
  {
    name: 'the gateway folds leaf hashes over the end of a tile',
    file: 'src/audit/appender.ts',
    find: '(leaves % TILE_WIDTH) + records.length >= TILE_WIDTH',
    replace: '(leaves % TILE_WIDTH) + records.length > TILE_WIDTH',
    tests: APPENDER,
  },
  {
    name: 'a leaf is hashed like a node',
    file: 'src/audit/leaf.ts',
    find: 'leaf[0] = 0x00',
    replace: 'leaf[0] = 0x01',
    tests: ['test/audit/export/independent.test.ts', ...LOG],
  },
  {
    name: 'a data subject is on record without its salt',
    file: 'src/audit/commitment.ts',
    find: "Buffer.concat([salt, Buffer.from(key, 'utf8')])",
    replace: "Buffer.from(key, 'utf8')",
    tests: SALTS,
  },
  {
    name: 'a salt that was proposed is taken for the one that another gateway made',
    file: 'src/audit/salts.ts',
    find: 'made === places.size ? saltAt(proposed, i) : undefined',
    replace: 'saltAt(proposed, i)',
    tests: SALTS,
  },
  {
    name: 'a commitment is remembered under the key alone',
    file: 'src/audit/salts.ts',
    find: '`${model}\\u0000${key}`',
    replace: 'model && key',
    tests: SALTS,
  },
  {
    name: 'a record that is split loses the data subjects after its first part',
    file: 'src/audit/record.ts',
    find: 'for (const [i, part] of parts.entries())',
    replace: 'for (const [i, part] of parts.slice(0, 1).entries())',
    tests: RECORD,
  },
  {
    name: 'data subjects stand in a record in the order in which they were read',
    file: 'src/audit/record.ts',
    find: '[...context.commitments].sort()',
    replace: '[...context.commitments]',
    tests: RECORD,
  },
  {
    name: 'a refusal that is folded is not counted',
    file: 'src/audit/folding.ts',
    find: 'count: folded.count + 1',
    replace: 'count: folded.count',
    tests: FOLDING,
  },
  {
    name: 'refusals for different reasons share a record',
    file: 'src/audit/folding.ts',
    find: 'principal.roles, purpose ?? null, reasons]',
    replace: 'principal.roles, purpose ?? null]',
    tests: FOLDING,
  },
  {
    name: 'what is signed is not compared with the tree that is stored',
    file: 'src/audit/signing/sign-up-to-head.ts',
    find: 'if (!state.frontier().equals(head.frontier))',
    replace: 'if (state.frontier().length !== head.frontier.length)',
    tests: SIGNING,
  },
  {
    name: 'nodes that are kept are not compared before they are signed',
    file: 'src/audit/signing/sign-up-to-head.ts',
    find: 'await compareNodes(session, origin, nodes)',
    replace: '',
    tests: SIGNING,
  },
  {
    name: 'a log that has lost its newest checkpoint is signed again',
    file: 'src/audit/signing/checkpointer.ts',
    find: 'if (state && newest < state.size)',
    replace: 'if (state && newest < 0)',
    tests: SIGNING,
  },
  {
    name: 'the verification does not compare the time of a record with its column',
    file: 'src/audit/verify/copies.ts',
    find: "if (typeof record.at !== 'string' || Date.parse(record.at) !== row.at) return 'at'",
    replace: '',
    tests: [...VERIFYING, 'test/audit/verify/examine-rows.test.ts'],
  },
  {
    name: 'the verification takes a log for whole that is shorter than a checkpoint kept outside',
    file: 'src/audit/verify/verify-log.ts',
    find: 'if (leaves > end) list.report',
    replace: 'if (leaves > 2 * end) list.report',
    tests: VERIFYING,
  },
  {
    name: 'the verification lets records go unsigned',
    file: 'src/audit/verify/verify-log.ts',
    find: 'now - at < UNSIGNED_AFTER_MS',
    replace: 'now > at',
    tests: VERIFYING,
  },
  {
    name: 'the verification believes the key that stands in the log',
    file: 'src/audit/verify/choose-keys.ts',
    find: 'keys.verifiers === undefined ? own : keys.verifiers.find(({ name }) => name === origin.origin)',
    replace: 'own',
    tests: VERIFYING,
  },
  {
    name: 'the verification does not miss a record whose hash is kept',
    file: 'src/audit/verify/verify-block.ts',
    find: '(first + at >= prunedBefore || !kept)',
    replace: '!kept',
    tests: VERIFYING,
  },
  {
    name: 'the verification does not read the text of a policy',
    file: 'src/audit/verify/verify-log.ts',
    find: "else if (hash('sha256', text, 'hex') !== name)",
    replace: "else if (text === '')",
    tests: VERIFYING,
  },
  {
    name: 'pruning does not ask how young records are',
    file: 'src/audit/prune-log.ts',
    find: 'now - retentionDays * DAY_MS',
    replace: 'now',
    tests: CHANGES,
  },
  {
    name: 'pruning is not on record',
    file: 'src/audit/prune-log.ts',
    find: 'await appendAction(session, access, { instance: options.instance, commitments: [] })',
    replace: '',
    tests: CHANGES,
  },
  {
    name: 'the erasure of a data subject is on record under no commitment',
    file: 'src/audit/erase-subject.ts',
    find: 'const commitments = [commitment(row.salt, key)]',
    replace: 'const commitments = [] as string[]',
    tests: CHANGES,
  },
  {
    name: 'a witness reads records',
    file: 'src/audit-endpoint.ts',
    find: "resource.kind !== 'entries' && isWitness(",
    replace: 'isWitness(',
    tests: ENDPOINT,
  },
  {
    name: 'records that no checkpoint covers are served',
    file: 'src/audit-resource.ts',
    find: 'if (end > Number(found.size)) return undefined',
    replace: '',
    tests: ENDPOINT,
  },
  {
    name: 'records are read without a record of it',
    file: 'src/audit-endpoint.ts',
    find: 'return release(parts, { ...declaring, basis: admission.purpose.basis }, resource.width, answer)',
    replace: 'return answer',
    tests: ENDPOINT,
  },
  {
    name: 'a record has the digest of something else than the body',
    file: 'src/enforce/record-answer.ts',
    find: "hash('sha256', body, 'hex')",
    replace: "hash('sha256', `${body}\\n`, 'hex')",
    tests: ['test/http/long-answers.test.ts'],
  },
  {
    name: 'data subjects of the second of two fields are not on record',
    file: 'src/enforce/access-of.ts',
    find: 'for (const set of others) for (const one of set) all.add(one)',
    replace: '',
    tests: ['test/attacks/audit.test.ts'],
  },
]
