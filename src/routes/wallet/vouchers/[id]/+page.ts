// One page for every voucher: which one it is, only the phone knows. The worker gives it for each of their addresses.
export const prerender = 'auto';
export const entries = () => [{ id: 'shell' }];
