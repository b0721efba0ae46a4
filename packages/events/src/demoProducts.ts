import { money, type Money } from '@supergraph/money';

/** A product that the demo's catalogue starts with. */
export type DemoProduct = Readonly<{
  id: string;
  sku: string;
  name: string;
  /** What it is, without maker and finish; the catalogue has a description for each kind. */
  kind: string;
  finish: string;
  price: Money;
  categorySlug: string;
}>;

/** What a shelf holds: kinds with the price of the first finish in euros, made by its makers in its finishes. */
type Shelf = Readonly<{
  makers: readonly string[];
  finishes: readonly string[];
  kinds: Readonly<Record<string, number>>;
}>;

/** Every shelf of the catalogue, by the slug of its category: 24 shelves of three kinds in three finishes. */
const shelves: Readonly<Record<string, Shelf>> = {
  headphones: {
    makers: ['Auralis', 'Nordklang'],
    finishes: ['Black', 'Sand', 'Forest Green'],
    kinds: { 'Over-Ear Headphones': 249, 'On-Ear Headphones': 119, 'Studio Headphones': 179 },
  },
  earbuds: {
    makers: ['Auralis', 'Pebble Audio'],
    finishes: ['White', 'Graphite', 'Coral'],
    kinds: { 'Wireless Earbuds': 129, 'Noise-Cancelling Earbuds': 199, 'Sports Earbuds': 89 },
  },
  speakers: {
    makers: ['Nordklang', 'Hallmeier'],
    finishes: ['Walnut', 'Black', 'White'],
    kinds: { 'Bookshelf Speaker Pair': 329, 'Portable Speaker': 99, Soundbar: 279 },
  },
  keyboards: {
    makers: ['Tastwerk', 'Keywright'],
    finishes: ['Charcoal', 'Ivory', 'Slate Blue'],
    kinds: { 'Mechanical Keyboard': 139, 'Compact Wireless Keyboard': 79, 'Split Ergonomic Keyboard': 219 },
  },
  mice: {
    makers: ['Tastwerk', 'Glide'],
    finishes: ['Charcoal', 'White', 'Slate Blue'],
    kinds: { 'Wireless Mouse': 49, 'Vertical Mouse': 69, Trackball: 89 },
  },
  monitors: {
    makers: ['Lumenbild', 'Clearpane'],
    finishes: ['24 inch', '27 inch', '32 inch'],
    kinds: { 'Office Monitor': 189, '4K Monitor': 379, 'Curved Monitor': 329 },
  },
  chargers: {
    makers: ['Voltwerk', 'Amply'],
    finishes: ['30 W', '65 W', '100 W'],
    kinds: { 'USB-C Wall Charger': 29, 'Desktop Charger': 59, 'Car Charger': 24 },
  },
  cables: {
    makers: ['Voltwerk', 'Amply'],
    finishes: ['0.5 m', '1 m', '2 m'],
    kinds: { 'USB-C Cable': 12, 'HDMI Cable': 15, 'Braided Charging Cable': 18 },
  },
  cookware: {
    makers: ['Gusswerk', 'Maison Lorel'],
    finishes: ['20 cm', '24 cm', '28 cm'],
    kinds: { 'Cast Iron Skillet': 59, 'Stainless Saucepan': 69, 'Enamelled Casserole': 149 },
  },
  knives: {
    makers: ['Klingental', 'Hamono'],
    finishes: ['Walnut Handle', 'Olive Wood Handle', 'Black Handle'],
    kinds: { "Chef's Knife": 119, 'Bread Knife': 79, 'Paring Knife': 45 },
  },
  coffee: {
    makers: ['Brühhaus', 'Alto Caffè'],
    finishes: ['Steel', 'Matte Black', 'Copper'],
    kinds: { 'Espresso Machine': 449, 'Burr Coffee Grinder': 129, 'Pour-Over Kettle': 79 },
  },
  tableware: {
    makers: ['Tonwerk', 'Maison Lorel'],
    finishes: ['Chalk', 'Sea Blue', 'Terracotta'],
    kinds: { 'Dinner Plate Set': 64, 'Stoneware Mug Set': 39, 'Serving Bowl': 34 },
  },
  'desk-lamps': {
    makers: ['Lichtung', 'Fjordlys'],
    finishes: ['Brass', 'Matte Black', 'White'],
    kinds: { 'Articulated Desk Lamp': 119, 'Clamp Lamp': 69, 'Bedside Lamp': 54 },
  },
  'ceiling-lights': {
    makers: ['Lichtung', 'Fjordlys'],
    finishes: ['Opal Glass', 'Smoked Glass', 'Linen'],
    kinds: { 'Pendant Light': 129, 'Flush Ceiling Light': 89, 'Cluster Chandelier': 289 },
  },
  chairs: {
    makers: ['Holm & Sohn', 'Seatery'],
    finishes: ['Oak', 'Walnut', 'Black Ash'],
    kinds: { 'Dining Chair': 149, 'Bar Stool': 129, 'Rocking Chair': 299 },
  },
  desks: {
    makers: ['Holm & Sohn', 'Standpunkt'],
    finishes: ['Oak', 'White', 'Graphite'],
    kinds: { 'Writing Desk': 349, 'Height-Adjustable Desk': 549, 'Folding Desk': 179 },
  },
  tents: {
    makers: ['Fernwald', 'Ridgeline'],
    finishes: ['Moss', 'Sand', 'Signal Orange'],
    kinds: { 'Two-Person Tent': 249, 'Four-Person Tent': 399, 'Ultralight Solo Tent': 329 },
  },
  'sleeping-bags': {
    makers: ['Fernwald', 'Kestrel'],
    finishes: ['Regular', 'Long', 'Wide'],
    kinds: { 'Summer Sleeping Bag': 89, 'Three-Season Sleeping Bag': 169, 'Down Sleeping Bag': 319 },
  },
  backpacks: {
    makers: ['Ridgeline', 'Kestrel'],
    finishes: ['Slate', 'Moss', 'Rust'],
    kinds: { 'Day Pack': 79, 'Trekking Backpack': 189, 'Roll-Top Backpack': 109 },
  },
  'bike-lights': {
    makers: ['Radlicht', 'Spoke & Co'],
    finishes: ['100 Lumen', '300 Lumen', '600 Lumen'],
    kinds: { 'Front Bike Light': 34, 'Rear Bike Light': 24, 'Helmet Light': 39 },
  },
  'bike-locks': {
    makers: ['Riegelwerk', 'Spoke & Co'],
    finishes: ['80 cm', '100 cm', '120 cm'],
    kinds: { 'Folding Lock': 79, 'Chain Lock': 59, 'Cable Lock': 25 },
  },
  notebooks: {
    makers: ['Papeterie Noll', 'Inkwell'],
    finishes: ['Dotted', 'Ruled', 'Plain'],
    kinds: { 'Hardcover Notebook': 19, 'Pocket Notebook Trio': 14, 'Project Planner': 27 },
  },
  pens: {
    makers: ['Inkwell', 'Federhaus'],
    finishes: ['Fine', 'Medium', 'Broad'],
    kinds: { 'Fountain Pen': 49, 'Brush Pen Set': 24, 'Rollerball Pen': 18 },
  },
  'board-games': {
    makers: ['Spielkiste', 'Meeple Court'],
    finishes: ['Base Game', 'Family Edition', 'Collector Edition'],
    kinds: { 'Harbour Traders': 39, 'Night Train to Trieste': 34, 'Garden of Stones': 29 },
  },
};

/** A price that looks like one: up to 30 euros it ends in .90, above in whole euros. */
const priceInCents = (euros: number, step: number): number => {
  const raised = euros * (1 + step * 0.15);
  return raised < 30 ? Math.floor(raised) * 100 + 90 : Math.round(raised) * 100;
};

function* productsOf(
  categorySlug: string,
  { makers, finishes, kinds }: Shelf,
): Generator<Omit<DemoProduct, 'id' | 'sku'>> {
  for (const [row, [kind, euros]] of Object.entries(kinds).entries())
    for (const [column, finish] of finishes.entries()) {
      const maker = makers[(row + column) % makers.length] ?? '';
      const price = money(priceInCents(euros, column), 'EUR');
      yield { name: `${maker} ${kind}, ${finish}`, kind, finish, price, categorySlug };
    }
}

/**
 * The 216 products of the demo, always the same: `SKU-0001` is `00000000-0000-4000-9000-000000000001`. The catalogue
 * adds descriptions and stock; orders takes names and prices for the orders of its demo.
 */
export const demoProducts: readonly DemoProduct[] = Object.entries(shelves)
  .flatMap(([categorySlug, shelf]) => [...productsOf(categorySlug, shelf)])
  .map((product, index) => ({
    id: `00000000-0000-4000-9000-${String(index + 1).padStart(12, '0')}`,
    sku: `SKU-${String(index + 1).padStart(4, '0')}`,
    ...product,
  }));
