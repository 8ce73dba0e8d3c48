/** The same server and database for another user: what the URL says of TLS, host and parameters stays. */
export function connectionUrlOf(url: string, user: string, password: string): string {
  const [base = '', query] = url.split('?', 2)
  const parameters = new URLSearchParams(query)
  // Both are accepted as parameters too, and would win over what stands before the host.
  parameters.delete('user')
  parameters.delete('password')
  const credentials = `${encodeURIComponent(user)}:${encodeURIComponent(password)}`
  const other = base.replace(/^(postgres(?:ql)?:\/\/)(?:[^/]*@)?/, `$1${credentials}@`)
  return parameters.size === 0 ? other : `${other}?${parameters}`
}

/** Where unqualified names live: Prisma's parameter `schema`, else `public`. */
export function defaultSchemaOf(url: string): string {
  return new URLSearchParams(url.split('?', 2)[1]).get('schema') ?? 'public'
}
