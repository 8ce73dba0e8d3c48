import { print } from 'graphql'
import type { FieldSite } from './field-site.ts'
import type { ScalarName } from './scalar-name.ts'
import { problemOfStep } from './step.ts'
import { canGiveNull, FITS, fits } from './transform.ts'

/** Whether a field that is served from a column can take the forms that it is declared in. */
export function checkTransforms(site: FieldSite, type: ScalarName | 'Enum'): void {
  const { node, coordinate, shape, declared, scope } = site
  for (const { transform, transformNode, step } of declared.declarations) {
    if (transformNode === undefined || transform === 'AS_IS') continue
    if (!fits(transform, type, shape.list))
      scope.reporter.report(
        'PG305',
        transformNode,
        `\`${transform}\` does not fit \`${coordinate}\`, which is \`${print(node.type)}\``,
        `it fits ${FITS[transform].map((name) => `\`${name}\``).join(' and ')}`,
      )
    else if (canGiveNull(transform) && shape.nonNull)
      scope.reporter.report(
        'PG308',
        transformNode,
        `\`${coordinate}\` cannot be null and \`${transform}\` can give null`,
        'leave out the `!` of the field',
      )
    else if (transform === 'ROUNDED' && step) {
      const problem = problemOfStep(step.text, type)
      if (problem !== undefined)
        scope.reporter.report('PG310', step.node, `the step \`${step.text}\` of \`${coordinate}\` ${problem}`)
    }
  }
}
