import '@picocss/pico/css/pico.min.css'
import './shell/shell.css'
import { render } from 'preact'
import { refuseDrops } from './shell/drops.js'
import { Shell } from './shell/shell.js'

refuseDrops()
render(<Shell />, document.getElementById('app')!)
