/** A city people live in; an invented street and number complete the address. */
export interface Place {
  province: string;
  city: string;
}

export const PLACES: readonly [readonly [Place, number], ...(readonly [Place, number])[]] = [
  [{ province: '上海市', city: '上海' }, 14],
  [{ province: '北京市', city: '北京' }, 12],
  [{ province: '广东省', city: '深圳' }, 9],
  [{ province: '广东省', city: '广州' }, 9],
  [{ province: '浙江省', city: '杭州' }, 8],
  [{ province: '四川省', city: '成都' }, 7],
  [{ province: '江苏省', city: '南京' }, 5],
  [{ province: '江苏省', city: '苏州' }, 5],
  [{ province: '湖北省', city: '武汉' }, 5],
  [{ province: '陕西省', city: '西安' }, 4],
  [{ province: '重庆市', city: '重庆' }, 4],
  [{ province: '天津市', city: '天津' }, 3],
  [{ province: '浙江省', city: '宁波' }, 3],
  [{ province: '山东省', city: '青岛' }, 3],
  [{ province: '福建省', city: '厦门' }, 3],
  [{ province: '湖南省', city: '长沙' }, 3],
  [{ province: '河南省', city: '郑州' }, 2],
  [{ province: '辽宁省', city: '大连' }, 2],
  [{ province: '云南省', city: '昆明' }, 2],
  [{ province: '安徽省', city: '合肥' }, 2],
  [{ province: '黑龙江省', city: '哈尔滨' }, 1],
  [{ province: '海南省', city: '海口' }, 1],
];

export const STREETS: readonly [string, ...string[]] = [
  '青禾路',
  '月湾街',
  '听泉巷',
  '桂影路',
  '云杉大道',
  '白鹭街',
  '长汀路',
  '枫桥里',
  '石榴园路',
  '星河街',
  '望潮路',
  '松间里',
];
