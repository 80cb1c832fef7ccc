/** An invented product; the price is in CNY. */
export interface Product {
  productId: string;
  sku: string;
  name: string;
  englishName: string;
  category: Category;
  price: number;
}

type Category = 'TEA' | 'KITCHEN' | 'HOME' | 'FRAGRANCE' | 'OUTDOOR' | 'SMART_HOME' | 'STATIONERY' | 'CARE';
type Products = readonly [Product, ...Product[]];
export const CATEGORIES: readonly [Category, ...Category[]] = [
  'TEA',
  'KITCHEN',
  'HOME',
  'FRAGRANCE',
  'OUTDOOR',
  'SMART_HOME',
  'STATIONERY',
  'CARE',
];

const NUMBER_OF: Record<Category, number> = {
  TEA: 1,
  KITCHEN: 2,
  HOME: 3,
  FRAGRANCE: 4,
  OUTDOOR: 5,
  SMART_HOME: 6,
  STATIONERY: 7,
  CARE: 8,
};

/** Every product by category, the best-selling first. */
export const CATALOGUE: Record<Category, Products> = {
  TEA: shelf('TEA', [
    ['云雾绿茶礼盒', 'Cloud Green Tea Gift Box', 168],
    ['桂花乌龙茶', 'Osmanthus Oolong', 88],
    ['青瓷盖碗', 'Celadon Gaiwan', 129],
    ['旅行茶具套装', 'Travel Tea Set', 239],
    ['陈皮白茶饼', 'Tangerine White Tea Cake', 198],
    ['竹制茶盘', 'Bamboo Tea Tray', 159],
    ['玻璃公道杯', 'Glass Sharing Pitcher', 59],
    ['茉莉花茶包', 'Jasmine Tea Bags', 39.9],
  ]),
  KITCHEN: shelf('KITCHEN', [
    ['铸铁珐琅锅', 'Enamelled Cast Iron Pot', 499],
    ['不粘平底锅', 'Non-stick Frying Pan', 199],
    ['手工陶瓷碗四件套', 'Ceramic Bowls, Set of Four', 149],
    ['胡桃木砧板', 'Walnut Chopping Board', 189],
    ['便携料理棒', 'Hand Blender', 269],
    ['真空保鲜盒', 'Vacuum Food Box', 79],
    ['大马士革纹主厨刀', 'Patterned Chef Knife', 359],
    ['手冲咖啡壶', 'Pour-over Kettle', 219],
  ]),
  HOME: shelf('HOME', [
    ['天丝四件套', 'Lyocell Bedding Set', 599],
    ['记忆棉枕', 'Memory Foam Pillow', 169],
    ['亚麻窗帘', 'Linen Curtains', 329],
    ['羊毛盖毯', 'Wool Throw', 289],
    ['藤编收纳篮', 'Rattan Basket', 69],
    ['实木边几', 'Solid Wood Side Table', 459],
    ['陶土花瓶', 'Clay Vase', 119],
    ['懒人沙发', 'Bean Bag', 399],
  ]),
  FRAGRANCE: shelf('FRAGRANCE', [
    ['雪松香薰蜡烛', 'Cedar Candle', 138],
    ['无火香薰', 'Reed Diffuser', 168],
    ['白檀线香', 'Sandalwood Incense', 58],
    ['桂花淡香水', 'Osmanthus Eau de Toilette', 368],
    ['衣柜香包', 'Wardrobe Sachet', 29.9],
    ['超声波香薰机', 'Ultrasonic Diffuser', 239],
    ['柑橘室内喷雾', 'Citrus Room Spray', 98],
  ]),
  OUTDOOR: shelf('OUTDOOR', [
    ['轻量折叠椅', 'Light Folding Chair', 179],
    ['双人帐篷', 'Two-person Tent', 699],
    ['保温水壶', 'Insulated Bottle', 129],
    ['野餐垫', 'Picnic Blanket', 99],
    ['露营灯', 'Camping Lantern', 149],
    ['登山背包', 'Hiking Backpack', 429],
    ['便携炉具', 'Portable Stove', 259],
  ]),
  SMART_HOME: shelf('SMART_HOME', [
    ['智能空气净化器', 'Smart Air Purifier', 1299],
    ['智能温湿度计', 'Smart Thermometer', 79],
    ['智能台灯', 'Smart Desk Lamp', 299],
    ['扫地机器人', 'Robot Vacuum', 1999],
    ['智能门锁', 'Smart Door Lock', 1499],
    ['智能恒温壶', 'Smart Kettle', 399],
    ['智能插座', 'Smart Plug', 59],
    ['睡眠监测带', 'Sleep Monitor', 349],
  ]),
  STATIONERY: shelf('STATIONERY', [
    ['布面笔记本', 'Cloth Notebook', 49],
    ['黄铜钢笔', 'Brass Fountain Pen', 199],
    ['手账套装', 'Journal Set', 89],
    ['木质桌面台历', 'Wooden Desk Calendar', 69],
    ['植鞣革笔袋', 'Leather Pencil Case', 159],
    ['火漆印章礼盒', 'Wax Seal Gift Box', 118],
    ['水彩颜料套装', 'Watercolour Set', 139],
  ]),
  CARE: shelf('CARE', [
    ['氨基酸洁面乳', 'Gentle Face Wash', 89],
    ['玫瑰护手霜', 'Rose Hand Cream', 59],
    ['山茶花润发油', 'Camellia Hair Oil', 129],
    ['海盐沐浴露', 'Sea Salt Shower Gel', 69],
    ['竹炭牙膏', 'Charcoal Toothpaste', 29.9],
    ['桑蚕丝眼罩', 'Silk Eye Mask', 99],
    ['颈部按摩仪', 'Neck Massager', 329],
  ]),
};

function shelf(category: Category, rows: [string, string, number][]): Products {
  const [first, ...rest] = rows.map(([name, englishName, price], index): Product => {
    const number = NUMBER_OF[category] * 100 + index + 1;
    return {
      productId: `prod-${number}`,
      sku: `${category.slice(0, 3)}-${number}`,
      name,
      englishName,
      category,
      price,
    };
  });
  if (!first) throw new Error(`no product in ${category}`);
  return [first, ...rest];
}
