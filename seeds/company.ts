/** What the invented company Example Living owns: the scopes of its identifiers, its stores, staff and campaigns. */

export const NAMESPACES = {
  openPlatform: 'wxopen-example-living',
  officialAccount: 'wx-example-official',
  miniProgram: 'wx-example-mini',
  corp: 'ww-example-living',
  account: 'example-living',
  club: 'example-club',
  crm: 'crm-contact',
  erp: 'erp-customer',
} as const;

export interface Employee {
  id: string;
  name: string;
}

export interface Store {
  id: string;
  name: string;
  clerks: readonly [Employee, ...Employee[]];
}

interface Campaign {
  name: string;
  source: string;
  medium: string;
}

export const ADVISERS: readonly [Employee, ...Employee[]] = [
  { id: 'adviser-01', name: '顾小满' },
  { id: 'adviser-02', name: '方知夏' },
  { id: 'adviser-03', name: '季云舒' },
  { id: 'adviser-04', name: '温如许' },
  { id: 'adviser-05', name: '乔一帆' },
  { id: 'adviser-06', name: '骆青山' },
  { id: 'adviser-07', name: 'Tessa Hollin' },
  { id: 'adviser-08', name: '常月白' },
];

export const STORES: readonly [Store, ...Store[]] = [
  store('store-sh-01', '上海白鹭街店', '柳小荷', '方远山'),
  store('store-sh-02', '上海云杉大道店', '贺春生', '穆清'),
  store('store-bj-01', '北京望潮路店', '海岚', '裴松'),
  store('store-sz-01', '深圳星河街店', '莫小雨', '章树'),
  store('store-gz-01', '广州长汀路店', '伍凤', '简宁'),
  store('store-hz-01', '杭州听泉巷店', '竺安', '应秋'),
  store('store-cd-01', '成都枫桥里店', '蒲英', '鲜于川'),
  store('store-wh-01', '武汉月湾街店', '明溪', '柯宇'),
];

export const CAMPAIGNS: readonly [Campaign, ...Campaign[]] = [
  { name: 'new-season-tea', source: 'wechat', medium: 'social' },
  { name: 'member-day', source: 'sms', medium: 'message' },
  { name: 'home-refresh', source: 'newsletter', medium: 'email' },
  { name: 'smart-home-launch', source: 'baidu', medium: 'cpc' },
  { name: 'weekend-outdoor', source: 'weibo', medium: 'social' },
  { name: 'welcome-back', source: 'push', medium: 'push' },
  { name: 'gift-guide', source: 'partner', medium: 'affiliate' },
];

export const COMPANIES: readonly [string, ...string[]] = [
  '示例贸易有限公司',
  '示例设计工作室',
  '示例酒店管理公司',
  '示例餐饮有限公司',
  '示例文化传播公司',
  'Example Trading Ltd',
  'Example Hospitality Group',
];

export const JOB_TITLES: readonly [string, ...string[]] = [
  '采购经理',
  '行政主管',
  '店长',
  '设计师',
  '创始人',
  'Office Manager',
  '运营总监',
];

function store(id: string, name: string, ...clerks: [string, string]): Store {
  const [first, second] = clerks;
  return {
    id,
    name,
    clerks: [
      { id: `${id}-c1`, name: first },
      { id: `${id}-c2`, name: second },
    ],
  };
}
