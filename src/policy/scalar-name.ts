/** Scalars that a governed field can have. */
export type ScalarName =
  | 'ID'
  | 'String'
  | 'Int'
  | 'Float'
  | 'Boolean'
  | 'Decimal'
  | 'Date'
  | 'DateTime'
  | 'BigInt'
  | 'JSON'
