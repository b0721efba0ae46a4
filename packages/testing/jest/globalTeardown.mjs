export default async () => {
  await globalThis.stopSupergraphTestServices?.();
};
