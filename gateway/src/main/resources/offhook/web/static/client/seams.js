/** What Device, Call and Preflight offer each other, not the page. */

export const course = Symbol('course');
export const echo = Symbol('echo');
export const forgetful = Symbol('forgetful');
