/** Where a company meets its customers. */
export enum Channel {
  WECHAT_OFFICIAL_ACCOUNT = 'WECHAT_OFFICIAL_ACCOUNT',
  WECOM = 'WECOM',
  MINI_PROGRAM = 'MINI_PROGRAM',
  SOCIAL = 'SOCIAL',
  SEARCH = 'SEARCH',
  CONTENT = 'CONTENT',
  WEB = 'WEB',
  APP = 'APP',
  ECOMMERCE = 'ECOMMERCE',
  STORE = 'STORE',
  CRM = 'CRM',
  ERP = 'ERP',
  IOT = 'IOT',
}
