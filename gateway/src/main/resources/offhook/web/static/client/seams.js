/** Methods that Device and Call offer each other, not the page. */

export const receive = Symbol('receive');
export const reoffer = Symbol('reoffer');
export const lose = Symbol('lose');
export const useTrack = Symbol('useTrack');
export const abandon = Symbol('abandon');
export const dial = Symbol('dial');
export const bind = Symbol('bind');
export const mayGiveWay = Symbol('mayGiveWay');
export const giveWay = Symbol('giveWay');
export const echo = Symbol('echo');
export const edges = Symbol('edges');
export const resume = Symbol('resume');
export const restore = Symbol('restore');
export const forgetful = Symbol('forgetful');
