export * from 'graphql-shield'
