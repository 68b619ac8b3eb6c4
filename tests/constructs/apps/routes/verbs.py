"""The decorators for HTTP methods."""

# request: GET /get
# request: GET /get/pool
# request: PUT /put
# request: PUT /put/pool
# request: POST /post
# request: POST /post/pool
# request: DELETE /delete
# request: DELETE /delete/pool
# request: OPTIONS /options
# request: OPTIONS /options/pool
# request: HEAD /head
# request: HEAD /head/pool
# request: PATCH /patch
# request: PATCH /patch/pool
# request: TRACE /trace
# request: TRACE /trace/pool

import time

from fastapi import FastAPI

app = FastAPI()


@app.get("/get")
async def get():
    time.sleep(0.001)  # runs: `@app.get`, `async def`


@app.get("/get/pool")
def get_pool():
    time.sleep(0.001)  # runs: `@app.get`, `def`


@app.put("/put")
async def put():
    time.sleep(0.001)  # runs: `@app.put`, `async def`


@app.put("/put/pool")
def put_pool():
    time.sleep(0.001)  # runs: `@app.put`, `def`


@app.post("/post")
async def post():
    time.sleep(0.001)  # runs: `@app.post`, `async def`


@app.post("/post/pool")
def post_pool():
    time.sleep(0.001)  # runs: `@app.post`, `def`


@app.delete("/delete")
async def delete():
    time.sleep(0.001)  # runs: `@app.delete`, `async def`


@app.delete("/delete/pool")
def delete_pool():
    time.sleep(0.001)  # runs: `@app.delete`, `def`


@app.options("/options")
async def options():
    time.sleep(0.001)  # runs: `@app.options`, `async def`


@app.options("/options/pool")
def options_pool():
    time.sleep(0.001)  # runs: `@app.options`, `def`


@app.head("/head")
async def head():
    time.sleep(0.001)  # runs: `@app.head`, `async def`


@app.head("/head/pool")
def head_pool():
    time.sleep(0.001)  # runs: `@app.head`, `def`


@app.patch("/patch")
async def patch():
    time.sleep(0.001)  # runs: `@app.patch`, `async def`


@app.patch("/patch/pool")
def patch_pool():
    time.sleep(0.001)  # runs: `@app.patch`, `def`


@app.trace("/trace")
async def trace():
    time.sleep(0.001)  # runs: `@app.trace`, `async def`


@app.trace("/trace/pool")
def trace_pool():
    time.sleep(0.001)  # runs: `@app.trace`, `def`
