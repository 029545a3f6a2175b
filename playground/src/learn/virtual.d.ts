declare module 'virtual:mnist-digits' {
  const url: string
  export default url
}
