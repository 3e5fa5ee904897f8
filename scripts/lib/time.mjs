/**
 * Durations as people read them.
 */
export const seconds = (ms) => `${(ms / 1000).toFixed(1)} s`;

export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
