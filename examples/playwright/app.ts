// The application under test: one page, on port 4701. Its script asks a server elsewhere.
import { createServer } from 'node:http';

const page = `<!doctype html>
<html lang="en">
<title>Orders</title>
<link rel="icon" href="data:,">
<h1>Orders</h1>
<button type="button">Order a lamp</button>
<ul></ul>
<script type="module">
  const orders = 'http://127.0.0.1:4700';
  document.querySelector('button').addEventListener('click', async () => {
    const body = JSON.stringify({ item: 'lamp', reference: 'page-' + Date.now() });
    const placed = await (await fetch(orders + '/orders', { method: 'POST', body })).json();
    const { left } = await (await fetch(orders + '/stock/lamp')).json();
    const line = document.createElement('li');
    line.textContent = placed.item + ' ' + placed.id + ', ' + left + ' left';
    document.querySelector('ul').append(line);
  });
</script>
</html>
`;

createServer((_request, response) => response.setHeader('content-type', 'text/html').end(page)).listen(
  4701,
  '127.0.0.1',
);
