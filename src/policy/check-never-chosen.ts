import type { NameNode } from 'graphql'
import type { Field } from './governed-model.ts'
import type { RowSite } from './row-site.ts'

/**
 * A purpose that may never see who is vulnerable must not be served the vulnerable either. To leave them out is another
 * thing: that the field is empty may be said.
 *
 * @param operator what is said of the field; a finding points at it.
 * @param saysEmpty it says, negations counted, that the field is empty.
 */
export function checkNeverChosen(operator: NameNode, saysEmpty: boolean, field: Field, site: RowSite): void {
  const never = site.scope.categories.get(field.category ?? '')?.never ?? []
  for (const purpose of site.purposes)
    if (never.includes(purpose) && !saysEmpty)
      site.scope.reporter.report(
        'PG707',
        operator,
        `\`${field.coordinate}\` is \`${field.category}\`, which is never for \`${purpose}\`, and would choose its rows`,
        'nothing may be said of it but that it is empty: `{ equals: null }`',
      )
}
