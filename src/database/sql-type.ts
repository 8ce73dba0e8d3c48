import type { StoredType } from '../policy/data-model.ts'

/**
 * Prisma's scalar type, and its native type where the schema names one, as the PostgreSQL type to cast to. Lengths and
 * precisions are left out: a cast with one would cut or round the value that a reader asks for.
 * Undefined: a type that Prisma for PostgreSQL does not have.
 *
 * Source: the type table of Prisma's PostgreSQL connector.
 */
export function sqlTypeOf(
  type: Exclude<StoredType, 'Enum'>,
  nativeType: string | undefined,
): string | undefined {
  return nativeType === undefined ? DEFAULTS[type] : NATIVE.get(nativeType)
}

export function isStoredType(type: string): type is Exclude<StoredType, 'Enum'> {
  return Object.hasOwn(DEFAULTS, type)
}

const DEFAULTS: Readonly<Record<Exclude<StoredType, 'Enum'>, string>> = {
  String: 'text',
  Int: 'integer',
  BigInt: 'bigint',
  Float: 'double precision',
  Decimal: 'numeric',
  Boolean: 'boolean',
  DateTime: 'timestamp',
  Json: 'jsonb',
  Bytes: 'bytea',
}

const NATIVE: ReadonlyMap<string, string> = new Map([
  ['Text', 'text'],
  ['VarChar', 'varchar'],
  // `char` alone would be char(1).
  ['Char', 'bpchar'],
  ['Citext', 'citext'],
  ['Uuid', 'uuid'],
  ['Xml', 'xml'],
  ['Inet', 'inet'],
  // `bit` alone would be bit(1).
  ['Bit', 'varbit'],
  ['VarBit', 'varbit'],
  ['Integer', 'integer'],
  ['SmallInt', 'smallint'],
  ['Oid', 'oid'],
  ['BigInt', 'bigint'],
  ['DoublePrecision', 'double precision'],
  ['Real', 'real'],
  ['Decimal', 'numeric'],
  ['Money', 'money'],
  ['Boolean', 'boolean'],
  ['Timestamp', 'timestamp'],
  ['Timestamptz', 'timestamptz'],
  ['Date', 'date'],
  ['Time', 'time'],
  ['Timetz', 'timetz'],
  ['Json', 'json'],
  ['JsonB', 'jsonb'],
  ['ByteA', 'bytea'],
])
