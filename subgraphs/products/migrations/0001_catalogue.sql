-- The category tree. The slug is the key: it is unique, never changes and is what clients filter by.
CREATE TABLE categories (
  slug text PRIMARY KEY CHECK (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
  parent_slug text REFERENCES categories (slug),
  name text NOT NULL,
  -- The slugs from the top down to this one, joined by '/': a subtree is a prefix.
  path text NOT NULL UNIQUE CHECK (path = slug OR path LIKE '%/' || slug)
);

CREATE INDEX categories_path_prefix ON categories (path text_pattern_ops);

CREATE TABLE products (
  id uuid PRIMARY KEY,
  sku text NOT NULL CONSTRAINT products_sku_key UNIQUE,
  name text NOT NULL,
  description text NOT NULL,
  category_slug text NOT NULL CONSTRAINT products_category_fkey REFERENCES categories (slug),
  price_amount integer NOT NULL CHECK (price_amount >= 0),
  currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
  on_hand integer NOT NULL CHECK (on_hand >= 0),
  reserved integer NOT NULL DEFAULT 0 CHECK (reserved >= 0),
  active boolean NOT NULL,
  -- The version of the aggregate: the number of its events so far.
  version integer NOT NULL,
  -- The order of arrival in the catalogue; a time could be the same for two.
  added bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  -- The order by name, the same in every locale.
  sort_name text COLLATE "C" GENERATED ALWAYS AS (lower(name) COLLATE "C") STORED,
  -- Twice the name: stemmed for whole words, as written for the beginnings of words.
  search tsvector GENERATED ALWAYS AS (
    setweight(to_tsvector('simple', sku), 'A')
    || setweight(to_tsvector('english', name), 'A')
    || setweight(to_tsvector('simple', name), 'B')
    || setweight(to_tsvector('english', description), 'C')
  ) STORED,
  -- The last line of defence: whatever the code does, nothing is sold twice.
  CONSTRAINT products_not_oversold CHECK (reserved <= on_hand)
);

CREATE INDEX products_search ON products USING gin (search);
CREATE INDEX products_category_price ON products (category_slug, price_amount) WHERE active;
CREATE INDEX products_by_price ON products (price_amount, id);
CREATE INDEX products_by_name ON products (sort_name, id);
