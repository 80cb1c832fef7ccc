import type { Protection } from '../platform/entity.js';
import type { Channel } from './channel.js';
import type { ChannelDefinition } from './channel-definitions.js';
import type { AttributeSpec } from './trait-catalogue.js';

const core = (mask: Protection['mask']): Protection => ({ sensitivity: 'CORE', mask });
const important: Protection = { sensitivity: 'IMPORTANT', mask: 'hidden' };

const text = (description: string, aliases: readonly string[] = []): AttributeSpec => ({
  kind: 'text',
  description,
  aliases,
});
const yes = (description: string, aliases: readonly string[] = []): AttributeSpec => ({
  kind: 'boolean',
  description,
  aliases,
});
const count = (description: string): AttributeSpec => ({ kind: 'integer', description });
const instant = (description: string, aliases: readonly string[] = []): AttributeSpec => ({
  kind: 'instant',
  description,
  aliases,
});
const nickname: AttributeSpec = { kind: 'name', description: 'Nickname.', protection: core('name'), aliases: ['昵称'] };
const orderTotal: AttributeSpec = { kind: 'money', description: 'Value of all orders so far.', protection: important };
const memberLevel = text('Member level.');

/** The 13 channels. Adding a channel is one entry here and one line in the `Channel` enum. */
export const CHANNEL_TABLE: Readonly<Record<Channel, ChannelDefinition>> = {
  WECHAT_OFFICIAL_ACCOUNT: {
    number: 1,
    typeName: 'WechatOfficialAccount',
    description: 'A follower of a WeChat official account.',
    priority: 40,
    identifiers: [
      { type: 'OPEN_ID', scope: 'the official account' },
      { type: 'UNION_ID', scope: 'the open-platform account' },
    ],
    attributes: {
      nickname,
      following: yes('Whether the customer follows now.', ['subscribe', 'subscribed']),
      followScene: text('How the customer came to follow, as WeChat names it.', ['subscribeScene']),
      qrScene: text('Scene value of the QR code the customer followed by.'),
      followedAt: instant('When the customer last followed.', ['subscribeTime']),
      unfollowedAt: instant('When the customer last unfollowed.'),
    },
    traits: { name: 'nickname' },
  },
  WECOM: {
    number: 2,
    typeName: 'WecomAccount',
    description: 'An external contact of WeCom.',
    priority: 50,
    identifiers: [
      { type: 'EXTERNAL_USER_ID', scope: 'the corp' },
      { type: 'UNION_ID', scope: 'the open-platform account' },
      { type: 'PHONE' },
    ],
    attributes: {
      remark: { kind: 'name', description: 'What the employee calls the contact.', protection: core('name') },
      addedByEmployee: text('User id of the employee who added the contact.', ['followUserId']),
      addedByEmployeeName: text('Name of the employee who added the contact.'),
      addWay: text('How the contact was added.'),
      addedAt: instant('When the contact was added.'),
      corpName: text("The contact's company."),
      position: text("The contact's position there."),
    },
    traits: { name: 'remark' },
  },
  MINI_PROGRAM: {
    number: 3,
    typeName: 'MiniProgramAccount',
    description: 'A user of a WeChat mini-program.',
    priority: 40,
    identifiers: [
      { type: 'OPEN_ID', scope: 'the mini-program' },
      { type: 'UNION_ID', scope: 'the open-platform account' },
      { type: 'PHONE' },
    ],
    attributes: {
      nickname,
      appVersion: text('Version of the mini-program.'),
      scene: count('Scene value of the last launch.'),
      phoneAuthorised: yes('Whether the customer gave the mini-program a phone number.'),
    },
    traits: { name: 'nickname' },
  },
  SOCIAL: {
    number: 4,
    typeName: 'SocialAccount',
    description: 'An account on a social network.',
    priority: 20,
    identifiers: [
      { type: 'CUSTOM', scope: 'the network' },
      { type: 'OPEN_ID', scope: 'the app on the network' },
    ],
    attributes: {
      platform: text('The network.'),
      handle: { kind: 'name', description: 'The public handle.', protection: core('name') },
      followers: count('How many follow the account.'),
    },
    traits: { name: 'handle' },
  },
  SEARCH: {
    number: 5,
    typeName: 'SearchAccount',
    description: 'A visitor from a search engine.',
    priority: 10,
    identifiers: [{ type: 'ANONYMOUS_ID' }, { type: 'DEVICE_ID' }],
    attributes: {
      engine: text('The search engine.'),
      keyword: text('The last keyword.'),
      landingPage: text('The page first reached.'),
    },
    traits: {},
  },
  CONTENT: {
    number: 6,
    typeName: 'ContentAccount',
    description: 'A reader or viewer on a content platform.',
    priority: 20,
    identifiers: [{ type: 'CUSTOM', scope: 'the platform' }, { type: 'ANONYMOUS_ID' }],
    attributes: {
      platform: text('The content platform.'),
      author: text('The author followed.'),
      subscribed: yes('Whether the customer subscribes.'),
      favouriteTopics: { kind: 'texts', description: 'Topics read most.', aliases: ['favoriteTopics'] },
    },
    traits: {},
  },
  WEB: {
    number: 7,
    typeName: 'WebAccount',
    description: 'A visitor or user of the web site.',
    priority: 30,
    identifiers: [
      { type: 'USER_ID', scope: 'the user directory' },
      { type: 'ANONYMOUS_ID' },
      { type: 'EMAIL' },
      { type: 'PHONE' },
    ],
    attributes: {
      userAgent: text('The last user agent.'),
      browser: text('The last browser.'),
      landingPage: text('The page first reached.'),
      referrer: text('Where the customer came from.'),
      newsletter: yes('Whether the customer takes the newsletter.'),
    },
    traits: {},
  },
  APP: {
    number: 8,
    typeName: 'AppAccount',
    description: 'A user of the mobile app.',
    priority: 30,
    identifiers: [
      { type: 'USER_ID', scope: 'the user directory' },
      { type: 'DEVICE_ID' },
      { type: 'ANONYMOUS_ID' },
      { type: 'PHONE' },
    ],
    attributes: {
      platform: text('iOS, Android or HarmonyOS.'),
      appVersion: text('Version of the app.'),
      osVersion: text('Version of the system.'),
      pushEnabled: yes('Whether push messages are allowed.'),
      deviceModel: text('The model of the device.'),
    },
    traits: {},
  },
  ECOMMERCE: {
    number: 9,
    typeName: 'EcommerceAccount',
    description: 'A buyer of an online shop.',
    priority: 60,
    identifiers: [
      { type: 'USER_ID', scope: 'the shop' },
      { type: 'MEMBER_NO', scope: 'the programme' },
      { type: 'PHONE' },
      { type: 'EMAIL' },
    ],
    attributes: {
      platform: text('The marketplace or shop system.'),
      shopName: text('The shop.'),
      memberLevel,
      orderCount: { kind: 'integer', description: 'Orders so far.', protection: important },
      orderTotal,
      lastOrderAt: instant('When the last order was placed.'),
      receiverName: {
        kind: 'name',
        description: 'Name on the last parcel.',
        protection: core('name'),
        aliases: ['收货人'],
      },
      receiverAddress: {
        kind: 'text',
        description: 'Address on the last parcel.',
        protection: core('address'),
        aliases: ['收货地址'],
      },
    },
    traits: { name: 'receiverName', address: 'receiverAddress' },
  },
  STORE: {
    number: 10,
    typeName: 'StoreAccount',
    description: 'A customer of a physical store.',
    priority: 60,
    identifiers: [{ type: 'MEMBER_NO', scope: 'the programme' }, { type: 'PHONE' }],
    attributes: {
      storeId: text('The store last visited.'),
      storeName: text('Its name.'),
      clerkId: text('The clerk who served last.'),
      clerkName: text("The clerk's name."),
      memberLevel,
      visitCount: count('Visits so far.'),
      orderTotal,
    },
    traits: {},
  },
  CRM: {
    number: 11,
    typeName: 'CrmAccount',
    description: 'A contact of the CRM.',
    priority: 80,
    identifiers: [
      { type: 'CUSTOM', scope: 'the CRM' },
      { type: 'PHONE' },
      { type: 'EMAIL' },
      { type: 'MEMBER_NO', scope: 'the programme' },
    ],
    attributes: {
      owner: text('The employee in charge.'),
      stage: text('The stage of the sale.'),
      leadSource: text('Where the lead came from.'),
      company: text("The contact's company."),
      jobTitle: text("The contact's job.", ['title']),
    },
    traits: {},
  },
  ERP: {
    number: 12,
    typeName: 'ErpAccount',
    description: 'A customer of the ERP.',
    priority: 70,
    identifiers: [{ type: 'CUSTOM', scope: 'the ERP' }, { type: 'PHONE' }, { type: 'EMAIL' }],
    attributes: {
      customerCode: text('The customer code.'),
      accountManager: text('The employee in charge.'),
      creditLevel: { kind: 'text', description: 'Credit level.', protection: important },
      orderTotal,
      invoiceTitle: { kind: 'name', description: 'Name on invoices.', protection: core('name'), aliases: ['发票抬头'] },
    },
    traits: { name: 'invoiceTitle' },
  },
  IOT: {
    number: 13,
    typeName: 'IotAccount',
    description: 'A connected device of a customer.',
    priority: 10,
    identifiers: [{ type: 'DEVICE_ID' }, { type: 'USER_ID', scope: 'the user directory' }],
    attributes: {
      model: text('The model.'),
      firmware: text('Version of the firmware.', ['firmwareVersion']),
      serialNumber: {
        kind: 'text',
        description: 'The serial number.',
        protection: { sensitivity: 'IMPORTANT', mask: 'identifier' },
      },
      online: yes('Whether it is connected now.'),
      pairedAt: instant('When it was paired.'),
      room: text('The room it stands in.'),
    },
    traits: {},
  },
};
