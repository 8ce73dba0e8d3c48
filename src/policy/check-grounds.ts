import type { ConstDirectiveNode, EnumValueNode } from 'graphql'
import { textArgument } from './arguments.ts'
import type { Purpose } from './purpose.ts'
import type { Scope } from './scope.ts'

/**
 * What the legal basis of a purpose demands beside it: a law for what a law obliges to (GDPR Article 6(3)), the interest
 * for a legitimate interest (Article 13(1)(d)).
 */
export function checkGrounds(
  purpose: string,
  processing: ConstDirectiveNode,
  basis: EnumValueNode | undefined,
  scope: Scope,
): Pick<Purpose, 'law' | 'interest'> {
  const { reporter } = scope
  const law = textArgument(processing, 'law', scope)
  const interest = textArgument(processing, 'interest', scope)
  const needsLaw = basis?.value === 'LEGAL_OBLIGATION' || basis?.value === 'PUBLIC_TASK'
  if (needsLaw && isEmpty(law))
    reporter.report(
      'PG220',
      law?.node ?? basis,
      `the purpose \`${purpose}\` is on \`${basis.value}\` and names no law`,
      'add `law:` with the law and its paragraph',
    )
  if (basis?.value === 'LEGITIMATE_INTEREST' && isEmpty(interest))
    reporter.report(
      'PG221',
      interest?.node ?? basis,
      `the purpose \`${purpose}\` does not say which legitimate interest it pursues`,
      'add `interest:` in the words in which data subjects are told',
    )
  if (basis && basis.value !== 'LEGITIMATE_INTEREST' && interest)
    reporter.report(
      'PG224',
      interest.node,
      `the purpose \`${purpose}\` is on \`${basis.value}\` and names an interest`,
      'only `LEGITIMATE_INTEREST` rests on one; say it in the description',
    )
  return { law: law?.text.trim(), interest: interest?.text.trim() }
}

function isEmpty(text: { readonly text: string } | undefined): boolean {
  return text === undefined || text.text.trim() === ''
}
