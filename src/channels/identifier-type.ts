/** What an identifier identifies a person by; the order is the order in which one becomes an account's externalId. */
export enum IdentifierType {
  OPEN_ID = 'OPEN_ID',
  EXTERNAL_USER_ID = 'EXTERNAL_USER_ID',
  USER_ID = 'USER_ID',
  MEMBER_NO = 'MEMBER_NO',
  DEVICE_ID = 'DEVICE_ID',
  ANONYMOUS_ID = 'ANONYMOUS_ID',
  UNION_ID = 'UNION_ID',
  PHONE = 'PHONE',
  EMAIL = 'EMAIL',
  CUSTOM = 'CUSTOM',
}
