import type { ValueKind } from './value-kind.js';

/** The properties of an event that are known, by path: how each is compared. */
export type EventSchema = ReadonlyMap<string, ValueKind>;

const text = (names: string) => names.split(' ').map((name) => [name, 'text'] as const);
const number = (names: string) => names.split(' ').map((name) => [name, 'number'] as const);

const PRODUCT = [
  ...text('product_id sku category name brand variant coupon url image_url currency'),
  ...number('price quantity position'),
];
const ORDER = [
  ...text('checkout_id order_id affiliation coupon currency'),
  ...number('total revenue subtotal value shipping tax discount'),
];
const CART = text('cart_id');
const PROMOTION = [...text('promotion_id creative name'), ...text('position')];
const COUPON = [...text('order_id cart_id coupon_id coupon_name reason'), ...number('discount')];
const PAGE = text('name path referrer search title url category');

const PROPERTIES: Readonly<Record<string, readonly (readonly [string, ValueKind])[]>> = {
  'Products Searched': text('query'),
  'Product List Viewed': text('list_id category'),
  'Product List Filtered': text('list_id category'),
  'Promotion Viewed': PROMOTION,
  'Promotion Clicked': PROMOTION,
  'Product Clicked': PRODUCT,
  'Product Viewed': [...PRODUCT, ...number('value')],
  'Product Added': [...PRODUCT, ...CART],
  'Product Removed': [...PRODUCT, ...CART],
  'Cart Viewed': CART,
  'Checkout Started': [...ORDER, ...CART],
  'Checkout Step Viewed': [...text('checkout_id shipping_method payment_method'), ...number('step')],
  'Checkout Step Completed': [...text('checkout_id shipping_method payment_method'), ...number('step')],
  'Payment Info Entered': [...text('checkout_id order_id shipping_method payment_method'), ...number('step')],
  'Order Completed': ORDER,
  'Order Updated': ORDER,
  'Order Refunded': ORDER,
  'Order Cancelled': ORDER,
  'Coupon Entered': COUPON,
  'Coupon Applied': COUPON,
  'Coupon Denied': COUPON,
  'Coupon Removed': COUPON,
  'Product Added to Wishlist': [...PRODUCT, ...text('wishlist_id wishlist_name')],
  'Product Removed from Wishlist': [...PRODUCT, ...text('wishlist_id wishlist_name')],
  'Wishlist Product Added to Cart': [...PRODUCT, ...CART, ...text('wishlist_id wishlist_name')],
  'Product Shared': [...PRODUCT, ...text('share_via share_message recipient')],
  'Cart Shared': [...CART, ...text('share_via share_message recipient')],
  'Product Reviewed': [...text('product_id review_id review_body'), ...number('rating')],
  'Page Viewed': PAGE,
  'Screen Viewed': text('name category'),
  'Signed Up': text('type context'),
  'Signed In': text('type context'),
};

/** The events of Segment's specification (Ecommerce v2, B2B SaaS) that every tenant may name, with the properties it lists. */
export const STANDARD_EVENTS: ReadonlyMap<string, EventSchema> = new Map(
  Object.entries(PROPERTIES).map(([name, properties]) => [name, new Map(properties)]),
);
