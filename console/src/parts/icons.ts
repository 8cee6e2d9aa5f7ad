/** Icons as paths on a square of 24; drawn here, with round strokes. */
export const ICONS = {
  situation: 'M3 6l6-2 6 2 6-2v14l-6 2-6-2-6 2zM9 4v14M15 6v14',
  run: 'M5 4v16M5 5h11l-2 4 2 4H5',
  compare: 'M3 5h7v14H3zM14 5h7v14h-7z',
  siting: 'M12 21c4-5 7-8 7-12a7 7 0 1 0-14 0c0 4 3 7 7 12zM12 6v6M9 9h6',
  data: 'M4 6c0-4 16-4 16 0s-16 4-16 0zM4 6v12c0 4 16 4 16 0V6M4 12c0 4 16 4 16 0',
  sun: 'M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM12 2v2M12 20v2M2 12h2M20 12h2M5 5l1.5 1.5M17.5 17.5L19 19M5 19l1.5-1.5M17.5 6.5L19 5',
  moon: 'M20 14A8 8 0 1 1 10 4a7 7 0 0 0 10 10z',
  ruler: 'M3 16L16 3l5 5L8 21zM7 12l2 2M10 9l2 2M13 6l2 2',
  link: 'M10 14l4-4M8 12l-3 3a3 3 0 0 0 4 4l3-3M12 8l3-3a3 3 0 0 1 4 4l-3 3',
  close: 'M6 6l12 12M18 6L6 18',
  home: 'M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5',
} as const;

export type IconName = keyof typeof ICONS;
