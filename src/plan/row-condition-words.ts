import type { RowCondition, RowValue } from '../policy/row-condition.ts'

/** A condition as it would be written in a `where` argument, claims in words. */
export function rowConditionWords(where: RowCondition): string {
  return `{ ${entry(where)} }`
}

function entry(where: RowCondition): string {
  switch (where.kind) {
    case 'and':
    case 'or':
      return `${where.kind.toUpperCase()}: [${where.operands.map(rowConditionWords).join(', ')}]`
    case 'not':
      return `NOT: ${rowConditionWords(where.operand)}`
    case 'isNull':
      return `${where.field}: { ${where.negated ? 'not' : 'equals'}: null }`
    case 'compare':
      return `${where.field}: { ${where.operator}: ${value(where.value)}${mode(where.insensitive)} }`
    case 'in':
      return `${where.field}: { ${where.negated ? 'notIn' : 'in'}: ${value(where.values)}${mode(where.insensitive)} }`
    case 'match':
      return `${where.field}: { ${where.match}: ${value(where.value)}${mode(where.insensitive)} }`
    case 'relation':
      return `${where.field}: { ${where.quantifier}: ${where.condition ? rowConditionWords(where.condition) : 'null'} }`
  }
}

function value(one: RowValue): string {
  switch (one.kind) {
    case 'constant':
      return JSON.stringify(one.value)
    case 'list':
      return `[${one.items.map(value).join(', ')}]`
    case 'claim':
      return `the claim ${one.name}`
  }
}

function mode(insensitive: boolean): string {
  return insensitive ? ', mode: INSENSITIVE' : ''
}
