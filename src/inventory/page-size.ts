/**
 * Page sizes as people say them.
 */
const KiBPerMiB = 1024;
const KiBPerGiB = 1024 * KiBPerMiB;

/** `2 MiB`, `1 GiB`, `64 KiB`. */
export function pageSizeText(pageSizeKiB: number): string {
  if (pageSizeKiB >= KiBPerGiB) return `${String(pageSizeKiB / KiBPerGiB)} GiB`;
  if (pageSizeKiB >= KiBPerMiB) return `${String(pageSizeKiB / KiBPerMiB)} MiB`;
  return `${String(pageSizeKiB)} KiB`;
}
