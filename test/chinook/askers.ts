/** Who works in the shop, with what their tokens say. */
export const CLERK = {
  subject: 'nancy',
  app: 'billing-desk',
  roles: ['BILLING_CLERK'],
  purposes: ['BILLING', 'CATALOGUE'],
}
export const SUPPORT_REP = { subject: 'jane', app: 'helpdesk', roles: ['SUPPORT_REP'], purposes: ['SUPPORT'] }
export const ANALYST = {
  subject: 'robert',
  app: 'notebooks',
  roles: ['ANALYST'],
  purposes: ['SALES_ANALYSIS'],
}
export const SCIENTIST = {
  subject: 'laura',
  app: 'notebooks',
  roles: ['DATA_SCIENTIST'],
  purposes: ['RECOMMENDATIONS'],
}
export const MARKETER = { subject: 'steve', app: 'campaigns', roles: ['MARKETER'], purposes: ['MARKETING'] }
export const CURATOR = { subject: 'margaret', app: 'catalogue', roles: ['CURATOR'], purposes: ['CATALOGUE'] }
export const STAFF_MANAGER = {
  subject: 'andrew',
  app: 'people',
  roles: ['STAFF_MANAGER'],
  purposes: ['STAFF'],
}
