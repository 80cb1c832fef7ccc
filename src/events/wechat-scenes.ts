import { TrafficSource } from './event-kinds.js';

/** By source, the scene values that lead there, as WeChat's documentation of mini-programs lists them. */
const SCENES: Readonly<Partial<Record<TrafficSource, readonly number[]>>> = {
  // cards of one to one and group chats, shared from an app or with a ticket, chat histories
  WORD_OF_MOUTH: [1007, 1008, 1036, 1044, 1096],
  // moments, as a single page and from it
  SOCIAL: [1154, 1155],
  // search boxes and their results: home, discovery, used before, add friends, search-all, pulled down from chats
  SEARCH: [1005, 1006, 1027, 1042, 1053, 1106],
  // advertisements: moments, their pages, articles, nearby, native pages, the advertisement component
  PAID: [1045, 1046, 1067, 1068, 1084, 1095],
  // articles and their cards; shop, live room, goods, links and goods tab of a video channel
  CONTENT: [1058, 1091, 1175, 1176, 1177, 1184, 1195],
  // codes scanned with the camera (two- and one-dimensional, mini-program's, of one object, of goods), payment by
  // code, Wi-Fi of a place, shaking, devices
  OFFLINE: [1011, 1025, 1047, 1064, 1072, 1077, 1078, 1124, 1133, 1150],
  // other mini-programs, back from them, and other companies' apps
  PARTNER: [1037, 1038, 1069],
  // what the customer opens on their own: lists of used and own ones, favourites, desktop, wallet of cards, floating
  DIRECT: [1001, 1010, 1022, 1023, 1028, 1089, 1090, 1103, 1104, 1113, 1114, 1131],
  // what leads there unpaid: codes in pictures (pressed or from the album), profile pages, nearby, menus and messages
  // of the official account, subscription and service messages, the page after a payment, services of a city
  NATURAL: [
    1012, 1013, 1014, 1019, 1020, 1024, 1026, 1029, 1031, 1032, 1034, 1035, 1043, 1048, 1049, 1052, 1057, 1071, 1073,
    1074, 1081, 1082, 1088, 1092, 1097, 1102, 1107, 1125, 1126, 1167, 1169,
  ],
};

/** By how somebody came to follow an official account: `subscribe_scene` in WeChat's documentation of user details. */
const SUBSCRIPTION_SCENES: Readonly<Record<string, TrafficSource>> = {
  ADD_SCENE_SEARCH: TrafficSource.SEARCH,
  ADD_SCENE_PROFILE_CARD: TrafficSource.WORD_OF_MOUTH,
  ADD_SCENE_QR_CODE: TrafficSource.OFFLINE,
  ADD_SCENE_PROFILE_LINK: TrafficSource.CONTENT,
  ADD_SCENE_PROFILE_ITEM: TrafficSource.CONTENT,
  ADD_SCENE_PAID: TrafficSource.NATURAL,
  ADD_SCENE_WECHAT_ADVERTISEMENT: TrafficSource.PAID,
  ADD_SCENE_REPRINT: TrafficSource.CONTENT,
  ADD_SCENE_LIVESTREAM: TrafficSource.CONTENT,
  ADD_SCENE_CHANNELS: TrafficSource.CONTENT,
  ADD_SCENE_WXA: TrafficSource.NATURAL,
};

/** What a scene value of WeChat tells of where somebody came from; what it does not list tells nothing. */
export const WECHAT_SCENES: ReadonlyMap<string, TrafficSource> = new Map([
  ...Object.entries(SCENES).flatMap(([source, scenes]) =>
    scenes.map((scene) => [String(scene), source as TrafficSource] as const),
  ),
  ...Object.entries(SUBSCRIPTION_SCENES),
]);
