/** Something that has to be over in time; the members are those of `Deadlines`. */
export type Due = { due: number; place: number };

/** Gives everything the same time. */
export type Deadlines<Item extends Due> = Readonly<{ add: (item: Item) => void; remove: (item: Item) => void }>;

/** Nothing is told later than after its time and one of so many parts of it. */
const parts = 32;

/**
 * One timer for all, which looks at them so many times within their time: to set and clear one for each request costs
 * more than what a time-out that is a little late is worth. It runs while there is something to wait for, and keeps no
 * process alive: connections do.
 *
 * @param late told of each whose time is over; it is to remove it
 */
export const createDeadlines = <Item extends Due>(
  milliseconds: number,
  late: (item: Item) => void,
): Deadlines<Item> => {
  const waiting: Item[] = [];
  let passed = 0;
  let timer: NodeJS.Timeout | null = null;

  const look = (): void => {
    passed += 1;
    for (const item of waiting.filter(({ due }) => due <= passed)) {
      // The end of one may have been the end of others.
      if (waiting[item.place] === item) late(item);
    }
    if (waiting.length > 0 || timer === null) return;
    clearInterval(timer);
    timer = null;
  };

  return {
    add: (item) => {
      // Of the part that has begun nothing counts.
      item.due = passed + parts + 1;
      item.place = waiting.length;
      waiting.push(item);
      timer ??= setInterval(look, milliseconds / parts).unref();
    },
    remove: (item) => {
      if (waiting[item.place] !== item) return;
      const last = waiting.pop();
      if (last === undefined || last === item) return;
      waiting[item.place] = last;
      last.place = item.place;
    },
  };
};
