// Every resident page is built ahead and comes with real content; only /quiz/daily is made on the day.
export const prerender = true;
export const trailingSlash = 'never';
