import type { StoredScalar } from './data-model.ts'
import type { ScalarName } from './scalar-name.ts'

const SCALARS: readonly ScalarName[] = [
  'ID',
  'String',
  'Int',
  'Float',
  'Boolean',
  'Decimal',
  'Date',
  'DateTime',
  'BigInt',
  'JSON',
]

export function isScalarName(name: string): name is ScalarName {
  return SCALARS.some((scalar) => scalar === name)
}

/**
 * The types of the schema that can serve a stored column without loss, best first; empty where none can. An enum is
 * served as an enum: the schema's name for it is free, its values are not.
 */
export function servedTypesOf({ type, sqlType }: StoredScalar): readonly (ScalarName | 'Enum')[] {
  switch (type) {
    case 'String':
      return ['String', 'ID']
    case 'Int':
      return ['Int', 'BigInt', 'ID']
    case 'BigInt':
      return ['BigInt', 'ID']
    case 'Float':
      return ['Float']
    case 'Decimal':
      return ['Decimal']
    case 'Boolean':
      return ['Boolean']
    case 'DateTime':
      if (sqlType === 'date') return ['Date']
      // A time of day is not an instant.
      return sqlType.startsWith('timestamp') ? ['DateTime'] : []
    case 'Json':
      return ['JSON']
    case 'Enum':
      return ['Enum']
    case 'Bytes':
      return []
  }
}
