import type { Random } from './random.js';

/** A person's name as written and as spelled in Latin letters. */
export interface PersonName {
  name: string;
  given: string;
  family: string;
  language: string;
}

type Gender = 'FEMALE' | 'MALE';
type Part = readonly [written: string, latin: string];
type Parts = readonly [Part, ...Part[]];
interface NameStock {
  language: string;
  family: Parts;
  FEMALE: Parts;
  MALE: Parts;
}

const SURNAMES = parts(
  '王Wang 李Li 张Zhang 刘Liu 陈Chen 杨Yang 黄Huang 赵Zhao 吴Wu 周Zhou 徐Xu 孙Sun 马Ma 朱Zhu 胡Hu 郭Guo 何He 林Lin 罗Luo 高Gao ' +
    '郑Zheng 梁Liang 谢Xie 宋Song 唐Tang 许Xu 邓Deng 韩Han 冯Feng 曹Cao 彭Peng 曾Zeng 肖Xiao 田Tian 董Dong 潘Pan 袁Yuan 蔡Cai ' +
    '蒋Jiang 余Yu 于Yu 杜Du 叶Ye 程Cheng 魏Wei 苏Su 吕Lü 丁Ding 沈Shen 任Ren 卢Lu 姚Yao 钟Zhong 崔Cui 谭Tan 陆Lu 范Fan 欧阳Ouyang 司徒Situ',
);
const FIRST: Record<Gender, Parts> = {
  FEMALE: parts(
    '若Ruo 语Yu 梓Zi 雨Yu 诗Shi 欣Xin 思Si 静Jing 晓Xiao 佳Jia 芷Zhi 书Shu 映Ying 沐Mu 婉Wan 采Cai 念Nian 知Zhi 忆Yi 锦Jin',
  ),
  MALE: parts(
    '浩Hao 宇Yu 子Zi 俊Jun 明Ming 志Zhi 嘉Jia 承Cheng 景Jing 睿Rui 泽Ze 允Yun 文Wen 向Xiang 云Yun 启Qi 博Bo 修Xiu 恒Heng 砚Yan',
  ),
};
const SECOND: Record<Gender, Parts> = {
  FEMALE: parts(
    '涵Han 萱Xuan 桐Tong 菲Fei 琪Qi 妍Yan 然Ran 蕊Rui 宁Ning 瑶Yao 岚Lan 薇Wei 溪Xi 禾He 棠Tang 鹭Lu 霏Fei 筠Yun 茉Mo 禧Xi',
  ),
  MALE: parts(
    '轩Xuan 辰Chen 宁Ning 昊Hao 安An 航Hang 川Chuan 远Yuan 舟Zhou 帆Fan 岩Yan 楠Nan 铭Ming 屿Yu 庭Ting 朔Shuo 野Ye 之Zhi 昱Yu 樾Yue',
  ),
};

const STOCKS: readonly [readonly [NameStock, number], ...(readonly [NameStock, number])[]] = [
  [
    {
      language: 'en',
      family: plain(
        'Ashdown Birchall Corwin Dunmore Ellery Fenwick Garrow Hallam Ivesdal Kestrell Lorimer Marwood Norcott Oakhurst Pelham Quillan Redfern Selwick Thornby Wexcombe',
      ),
      FEMALE: plain('Abigail Beatrice Claire Daphne Eleanor Freya Grace Hazel Imogen Josephine Lydia Miriam'),
      MALE: plain('Adrian Benedict Callum Dominic Edmund Felix Gareth Hugo Isaac Julian Lionel Magnus'),
    },
    9,
  ],
  [
    {
      language: 'es',
      family: plain('Almendro Barrosa Cantizal Dehesano Escorial Fuentevega Garrovillo Labrandera Montesol Peñalver'),
      FEMALE: plain('Inés Lucía Begoña Marisol Noelia Rocío'),
      MALE: plain('Andrés Íñigo Joaquín Ramiro Tomás Óscar'),
    },
    4,
  ],
  [
    {
      language: 'de',
      family: plain('Ackerfeld Brückental Dörnhof Eichrode Grünwerth Hasselbrink Lindhöfer Mühlrath Röthke Weißbach'),
      FEMALE: plain('Anneliese Dörte Friederike Jördis Käthe Wiebke'),
      MALE: plain('Jürgen Konrad Matthäus Rüdiger Thorben Volker'),
    },
    3,
  ],
  [
    {
      language: 'vi',
      family: plain('Nguyễn Trần Lê Phạm Huỳnh Đặng'),
      FEMALE: plain('Thảo Hương Ngọc Tuyết Vân'),
      MALE: plain('Minh Quân Tuấn Dũng Phúc'),
    },
    2,
  ],
  [
    {
      language: 'ru',
      family: parts('Ветлугин|Vetlugin Озернов|Ozernov Полынов|Polynov Ставров|Stavrov Тихорев|Tikhorev'),
      FEMALE: parts('Алина|Alina Вера|Vera Полина|Polina Таисия|Taisiya'),
      MALE: parts('Глеб|Gleb Матвей|Matvey Роман|Roman Тимур|Timur'),
    },
    2,
  ],
  [
    {
      language: 'ko',
      family: parts('김Kim 이Lee 박Park 최Choi 정Jung'),
      FEMALE: parts('서윤Seoyun 하린Harin 다온Daon 예슬Yeseul'),
      MALE: parts('도현Dohyun 시우Siwoo 한결Hangyeol 재민Jaemin'),
    },
    2,
  ],
  [
    {
      language: 'ja',
      family: parts('葉山Hayama 森永Morinaga 白川Shirakawa 水原Mizuhara 藤枝Fujieda'),
      FEMALE: parts('さくらSakura 千尋Chihiro 遥Haruka あおいAoi'),
      MALE: parts('大翔Hiroto 蓮Ren 拓海Takumi 悠斗Yuto'),
    },
    2,
  ],
  [
    {
      language: 'ar',
      family: parts('الوادي|Alwadi النخيل|Alnakhil السالمي|Alsalmi البحراوي|Albahrawi'),
      FEMALE: parts('ليلى|Layla نور|Noor سلمى|Salma'),
      MALE: parts('كريم|Karim يوسف|Yousef طارق|Tariq'),
    },
    1,
  ],
];

/** An invented name; people of one household share the family name, so it is drawn from the household's own stream. */
export function personName(random: Random, household: Random, gender: Gender): PersonName {
  if (household.chance(0.75)) return chineseName(random, household, gender);
  const stock = household.weighted(STOCKS);
  const family = household.pick(stock.family);
  const given = random.pick(stock[gender]);
  const familyFirst = stock.language === 'ko' || stock.language === 'ja' || stock.language === 'vi';
  const gap = stock.language === 'ko' || stock.language === 'ja' ? '' : ' ';
  const name = familyFirst ? `${family[0]}${gap}${given[0]}` : `${given[0]} ${family[0]}`;
  return { name, given: given[1], family: family[1], language: stock.language };
}

function chineseName(random: Random, household: Random, gender: Gender): PersonName {
  const family = household.pickFront(SURNAMES);
  const first = random.pick(FIRST[gender]);
  const second = random.pick(SECOND[gender]);
  const given: Part = random.chance(0.2) ? second : [first[0] + second[0], first[1] + second[1].toLowerCase()];
  return { name: family[0] + given[0], given: given[1], family: family[1], language: 'zh' };
}

/** Written form and Latin spelling side by side, split where Latin letters or a bar begin. */
function parts(text: string): Parts {
  const [head, ...tail] = text.split(' ').map((word): Part => {
    const cut = word.search(/[|A-Za-z]/);
    return [word.slice(0, cut), word.slice(cut).replace('|', '')];
  });
  return [head ?? ['', ''], ...tail];
}

function plain(text: string): Parts {
  const [head, ...tail] = text.split(' ').map((word): Part => [word, word]);
  return [head ?? ['', ''], ...tail];
}
