import { checkCategories } from './check-categories.ts'
import { checkNeverOfRelations, checkNeverOfTypes } from './check-never.ts'
import { checkPurposes } from './check-purposes.ts'
import { checkSubjects } from './check-subjects.ts'
import type { CoherenceScope } from './coherence-scope.ts'

/** What each part of a policy may say and all parts together may not. */
export function checkCoherence(scope: CoherenceScope): void {
  checkCategories(scope)
  checkNeverOfTypes(scope)
  checkNeverOfRelations(scope)
  checkPurposes(scope)
  checkSubjects(scope)
}
