import type { Category } from '../domain/category.ts';

/** The demo's tree: departments, aisles and shelves, each with its name; a shelf's slug is what a demo product names. */
const tree: Readonly<Record<string, Node>> = {
  electronics: {
    name: 'Electronics',
    below: {
      audio: {
        name: 'Audio',
        below: { headphones: 'Headphones', earbuds: 'Earbuds', speakers: 'Speakers' },
      },
      'desk-equipment': {
        name: 'Desk Equipment',
        below: { keyboards: 'Keyboards', mice: 'Mice and Trackballs', monitors: 'Monitors' },
      },
      power: {
        name: 'Power',
        below: { chargers: 'Chargers', cables: 'Cables' },
      },
    },
  },
  home: {
    name: 'Home',
    below: {
      kitchen: {
        name: 'Kitchen',
        below: { cookware: 'Cookware', knives: 'Knives', coffee: 'Coffee', tableware: 'Tableware' },
      },
      lighting: {
        name: 'Lighting',
        below: { 'desk-lamps': 'Desk and Bedside Lamps', 'ceiling-lights': 'Ceiling Lights' },
      },
      furniture: {
        name: 'Furniture',
        below: { chairs: 'Chairs and Stools', desks: 'Desks' },
      },
    },
  },
  outdoors: {
    name: 'Outdoors',
    below: {
      camping: {
        name: 'Camping',
        below: { tents: 'Tents', 'sleeping-bags': 'Sleeping Bags', backpacks: 'Backpacks' },
      },
      cycling: {
        name: 'Cycling',
        below: { 'bike-lights': 'Bike Lights', 'bike-locks': 'Bike Locks' },
      },
    },
  },
  leisure: {
    name: 'Leisure',
    below: {
      stationery: {
        name: 'Stationery',
        below: { notebooks: 'Notebooks', pens: 'Pens' },
      },
      games: {
        name: 'Games',
        below: { 'board-games': 'Board Games' },
      },
    },
  },
};

type Node = string | Readonly<{ name: string; below: Readonly<Record<string, Node>> }>;

function* categoriesOf(nodes: Readonly<Record<string, Node>>, parent: Category | null): Generator<Category> {
  for (const [slug, node] of Object.entries(nodes)) {
    const path = parent === null ? slug : `${parent.path}/${slug}`;
    const category = {
      slug,
      parentSlug: parent?.slug ?? null,
      name: typeof node === 'string' ? node : node.name,
      path,
    };
    yield category;
    if (typeof node !== 'string') yield* categoriesOf(node.below, category);
  }
}

/** The categories of the demo in three levels, each after the one above it. */
export const demoCategories: readonly Category[] = [...categoriesOf(tree, null)];
