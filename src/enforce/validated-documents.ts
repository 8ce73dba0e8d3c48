import { hash } from 'node:crypto'
import { ApolloServer, type ApolloServerPlugin, HeaderMap } from '@apollo/server'
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled'
import type { DocumentNode, GraphQLFormattedError, GraphQLSchema } from 'graphql'
import { LRUCache } from 'lru-cache'
import type { Limits } from '../config.ts'
import { FAULT, statusOf } from '../errors.ts'
import { invariant } from '../invariant.ts'
import { formatError, formatProblem } from './format-error.ts'
import { limitRule } from './limits.ts'

export interface ValidDocument {
  readonly kind: 'valid'
  readonly document: DocumentNode
  /** Lowercase hex SHA-256 of its text. */
  readonly hash: string
}

export interface InvalidDocument {
  readonly kind: 'invalid'
  readonly hash: string
  readonly errors: readonly GraphQLFormattedError[]
  /** Of the HTTP answer. */
  readonly status: number
}

export interface ValidatedDocuments {
  /** A document that was found valid before. */
  known(text: string): ValidDocument | undefined
  /** Never rejects: where Apollo fails, the document is not valid. */
  validate(text: string): Promise<ValidDocument | InvalidDocument>
}

/** Whoever may ask may also ask for any number of different documents. */
const KNOWN_DOCUMENTS = 2_000
/** Of texts; a parsed document takes some eighty bytes for each. */
const KNOWN_CHARACTERS = 1_000_000

/**
 * Apollo's part of a request: parsing and validation, under the specified rules and our limits. It executes nothing. What
 * it found valid is kept under its whole text, so that a document that comes again costs one lookup: the rest of Apollo's
 * pipeline would be spent on hooks that nobody listens to and on the text's hash.
 *
 * @param schema without any resolver: should Apollo ever execute an operation after all, it could read nothing
 */
export async function openValidatedDocuments(
  schema: GraphQLSchema,
  limits: Limits,
): Promise<ValidatedDocuments> {
  const apollo = new ApolloServer<Taken>({
    schema,
    formatError,
    validationRules: [limitRule(limits)],
    parseOptions: { maxTokens: limits.tokens },
    introspection: true,
    hideSchemaDetailsFromClientErrors: true,
    includeStacktraceInErrorResponses: false,
    persistedQueries: false,
    // Kept here, and not twice.
    documentStore: null,
    stopOnTerminationSignals: false,
    logger: SILENT,
    plugins: [
      ApolloServerPluginCacheControlDisabled(),
      // Apollo would turn these on by itself: a page that loads scripts from its maker, and reports to it.
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
      TAKE_DOCUMENT,
    ],
  })
  await apollo.start()
  const documents = new LRUCache<string, ValidDocument>({
    max: KNOWN_DOCUMENTS,
    maxSize: KNOWN_CHARACTERS,
    sizeCalculation: (_, text) => text.length,
  })
  return {
    known: (text) => documents.get(text),
    async validate(text) {
      const textHash = hash('sha256', text, 'hex')
      const taken: Taken['taken'] = { document: undefined }
      try {
        const { http, body } = await apollo.executeOperation({ query: text }, { contextValue: { taken } })
        const { document } = taken
        if (document) {
          const valid: ValidDocument = { kind: 'valid', document, hash: textHash }
          documents.set(text, valid)
          return valid
        }
        const errors = body.kind === 'single' ? body.singleResult.errors : undefined
        invariant(errors && http.status !== undefined, 'Apollo says what is wrong with a document')
        return { kind: 'invalid', hash: textHash, errors, status: http.status }
      } catch {
        return {
          kind: 'invalid',
          hash: textHash,
          errors: [formatProblem(FAULT)],
          status: statusOf(FAULT.code),
        }
      }
    },
  }
}

/** Apollo hands its hooks a shallow copy of this. */
interface Taken {
  readonly taken: { document: DocumentNode | undefined }
}

/** In place of Apollo's execution: where it comes to this, the document is valid. */
const TAKE_DOCUMENT: ApolloServerPlugin<Taken> = {
  requestDidStart: async () => ({
    async responseForOperation({ document, contextValue }) {
      contextValue.taken.document = document
      return { http: { headers: new HeaderMap() }, body: { kind: 'single', singleResult: {} } }
    },
  }),
}

/** Apollo's log lines can quote what a client sent; what matters is in the record and the metrics. */
const SILENT = { debug() {}, info() {}, warn() {}, error() {} }
