import { getIntrospectionQuery } from 'graphql'

/** The served schema as a client sees it. */
export interface Served {
  readonly types: ReadonlyMap<string, ServedType>
  /** The answer to the full introspection query. */
  readonly schema: Readonly<Record<string, unknown>>
}

export interface ServedType {
  readonly name: string
  readonly kind: string
  readonly fields: readonly ServedField[]
  readonly inputs: readonly ServedInput[]
  readonly values: readonly string[]
}

export interface ServedField {
  readonly name: string
  readonly args: readonly ServedInput[]
  readonly type: TypeRef
}

export interface ServedInput {
  readonly name: string
  readonly type: TypeRef
}

export interface TypeRef {
  readonly kind: string
  readonly name: string | null
  readonly ofType?: TypeRef | null
}

interface RawType {
  readonly name: string
  readonly kind: string
  readonly fields: readonly ServedField[] | null
  readonly inputFields: readonly ServedInput[] | null
  readonly enumValues: readonly { readonly name: string }[] | null
}

/** @param ask runs an operation and gives its `data`. */
export async function introspect(ask: (query: string) => Promise<unknown>): Promise<Served> {
  const { __schema: schema } = (await ask(getIntrospectionQuery())) as {
    readonly __schema: Record<string, unknown> & { readonly types: readonly RawType[] }
  }
  const types = schema.types.map((type): [string, ServedType] => [
    type.name,
    {
      name: type.name,
      kind: type.kind,
      fields: type.fields ?? [],
      inputs: type.inputFields ?? [],
      values: (type.enumValues ?? []).map((value) => value.name),
    },
  ])
  return { types: new Map(types), schema }
}

export function nameOf(type: TypeRef): string {
  return type.ofType ? nameOf(type.ofType) : (type.name ?? '')
}

export function nullable(type: TypeRef): TypeRef {
  return type.kind === 'NON_NULL' && type.ofType ? type.ofType : type
}

export function textOf(type: TypeRef): string {
  if (type.kind === 'NON_NULL' && type.ofType) return `${textOf(type.ofType)}!`
  if (type.kind === 'LIST' && type.ofType) return `[${textOf(type.ofType)}]`
  return type.name ?? ''
}
