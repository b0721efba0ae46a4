/**
 * The rows of a DataLoader batch in the order of its keys, null for a key without a row.
 *
 * @example new DataLoader(async (ids: readonly string[]) => inOrderOf(ids, await findOrders(db, ids), (order) => order.id));
 */
export const inOrderOf = <Id, Row>(ids: readonly Id[], rows: readonly Row[], key: (row: Row) => Id): (Row | null)[] => {
  const found = new Map(rows.map((row) => [key(row), row]));
  return ids.map((id) => found.get(id) ?? null);
};

/** The same for lists: all rows of each key, in the order they came, an empty list for a key without any. */
export const groupsInOrderOf = <Id, Row>(ids: readonly Id[], rows: readonly Row[], key: (row: Row) => Id): Row[][] => {
  const groups = new Map<Id, Row[]>();
  for (const row of rows) {
    const group = groups.get(key(row));
    if (group) group.push(row);
    else groups.set(key(row), [row]);
  }
  return ids.map((id) => groups.get(id) ?? []);
};
