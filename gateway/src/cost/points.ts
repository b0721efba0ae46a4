/** What a rate limit charges for a cost: an ordinary request is one point. */
export const pointsOf = (cost: number): number => Math.max(1, Math.ceil(cost / 100));
