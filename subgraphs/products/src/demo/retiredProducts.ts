import { demoProducts, type DemoProduct } from '@supergraph/events';
import { money } from '@supergraph/money';

/** Models of last year: category, name, kind, price in euros. */
const models = [
  ['headphones', 'Auralis Over-Ear Headphones Mk I, Black', 'Over-Ear Headphones', 199],
  ['keyboards', 'Tastwerk Mechanical Keyboard First Edition, Charcoal', 'Mechanical Keyboard', 119],
  ['coffee', 'Brühhaus Espresso Machine Classic, Steel', 'Espresso Machine', 389],
  ['desk-lamps', 'Lichtung Articulated Desk Lamp Halogen, Brass', 'Articulated Desk Lamp', 89],
  ['tents', 'Fernwald Two-Person Tent Series 2, Moss', 'Two-Person Tent', 219],
] as const;

/**
 * Products that are no longer on sale: staff see them, buyers do not. They are not among `demoProducts`, so that no
 * order of the demo names one.
 */
export const retiredProducts: readonly Omit<DemoProduct, 'finish'>[] = models.map(
  ([categorySlug, name, kind, euros], index) => {
    const number = demoProducts.length + index + 1;
    return {
      id: `00000000-0000-4000-9000-${String(number).padStart(12, '0')}`,
      sku: `SKU-${String(number).padStart(4, '0')}`,
      name,
      kind,
      price: money(euros * 100, 'EUR'),
      categorySlug,
    };
  },
);
