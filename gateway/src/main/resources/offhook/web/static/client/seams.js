/** Methods that Device and Call offer each other, not the page. */

export const receive = Symbol('receive');
export const reoffer = Symbol('reoffer');
export const lose = Symbol('lose');
export const useTrack = Symbol('useTrack');
export const abandon = Symbol('abandon');
export const dial = Symbol('dial');
export const bind = Symbol('bind');
export const resume = Symbol('resume');
export const restore = Symbol('restore');
