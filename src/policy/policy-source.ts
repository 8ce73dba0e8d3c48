/** One SDL file, of the language (`directives/`) or of the adopter (`SCHEMA_DIR`). */
export interface PolicySource {
  /** Path as findings show it. */
  readonly file: string
  readonly text: string
}
