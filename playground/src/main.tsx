import '@picocss/pico/css/pico.min.css'
import './shell/shell.css'
import { render } from 'preact'
import { Shell } from './shell/shell.js'

render(<Shell />, document.getElementById('app')!)
