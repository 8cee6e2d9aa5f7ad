import { mount } from 'svelte';
import App from './App.svelte';
import './app.css';
import { engine, letters } from './map/engine';

const target = document.getElementById('app');
if (target === null) throw new Error('the page has no #app');
// both are large, and the server has to be asked meanwhile
void engine();
void letters();
mount(App, { target });
