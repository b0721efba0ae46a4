/** What happened, without its envelope: a past-tense name and plain data. */
export type DomainEvent<Type extends string = string, Data = unknown> = Readonly<{ type: Type; data: Data }>;
