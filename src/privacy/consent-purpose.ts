import { registerEnumType } from 'type-graphql';

/** What a customer may agree to, one by one. */
export enum ConsentPurpose {
  SERVICE = 'SERVICE',
  ANALYTICS = 'ANALYTICS',
  MARKETING = 'MARKETING',
  PERSONALISATION = 'PERSONALISATION',
  PARTNER_SHARING = 'PARTNER_SHARING',
}

registerEnumType(ConsentPurpose, {
  name: 'ConsentPurpose',
  description: 'What a customer may agree to, one by one, and what a request for data may be made for.',
  valuesConfig: {
    SERVICE: { description: 'Carrying out what the customer asked for: orders, deliveries, support.' },
    ANALYTICS: { description: 'Measuring and understanding behaviour.' },
    MARKETING: { description: 'Advertising and campaigns.' },
    PERSONALISATION: { description: 'Recommendations and content chosen for this customer.' },
    PARTNER_SHARING: { description: 'Passing data on to partners.' },
  },
});
