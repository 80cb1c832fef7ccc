/** Family names of one character: the Hundred Family Surnames without the rarest, and those that became common since. */
const SINGLE =
  '赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗凤花方俞任袁柳鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟平黄和穆萧尹姚邵湛汪祁毛禹狄米贝明臧计伏成戴谈宋茅庞熊纪舒屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯昝管卢莫经房裘缪干解应宗丁宣邓郁单杭洪包诸左石崔吉钮龚程嵇邢滑裴陆荣翁荀羊惠甄曲封芮储靳汲糜松井段富巫乌焦巴弓牧隗谷车侯宓蓬全郗班仰秋仲伊宫宁仇栾甘厉戎祖武符刘景詹束龙叶幸司韶郜黎蓟薄印宿白怀蒲邰从鄂索咸籍赖卓蔺屠蒙池乔阴胥苍双闻莘党翟谭贡劳逄姬申扶堵冉宰郦雍璩桑桂濮牛寿通边扈燕冀浦尚农温庄晏柴瞿阎充慕连茹习宦艾容向古易慎戈廖庾暨居衡步都耿满弘匡国文寇广禄阙东欧殳沃利蔚越夔隆师巩聂晁敖融冷辛阚那简饶曾沙鞠丰巢关蒯相查荆红游竺权盖益桓' +
  '肖付闫覃代岳兰涂苟佟仝原辜佘丘丛由英信展蹇揭补粟苑眭瓮矫迟邝楚训奉敬揣战修芦晋税荔淡尧盘腾官但练';

/** Family names of two characters. */
const DOUBLE =
  '欧阳 上官 司马 诸葛 司徒 司空 东方 独孤 南宫 夏侯 皇甫 尉迟 公孙 慕容 长孙 宇文 令狐 钟离 端木 轩辕 百里 呼延 闻人 申屠 太史 澹台 公冶 宗政 濮阳 淳于 单于 赫连 拓跋 东郭 西门 南门 第五 万俟 仲孙 鲜于 闾丘 公羊 梁丘 左丘 东门 完颜 耶律 羊舌 微生 乐正 公西 巫马 漆雕 壤驷 颛孙 子车 宰父 谷梁 段干';

const singles = new Set(SINGLE);
const doubles = new Set(DOUBLE.split(' '));

/** How many characters of a Chinese name, in simplified characters, are its family name; 0 where it starts with none. */
export function familyNameLength(name: string): 0 | 1 | 2 {
  if (name.length > 2 && doubles.has(name.slice(0, 2))) return 2;
  return singles.has(name.slice(0, 1)) ? 1 : 0;
}

/** Whether text, in simplified characters, is a family name and nothing more. */
export function isFamilyName(text: string): boolean {
  return singles.has(text) || doubles.has(text);
}

/** All family names in simplified characters. */
export function familyNames(): string[] {
  return [...singles, ...doubles];
}
