"""The decorators for HTTP methods, on a router."""

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

from fastapi import APIRouter, FastAPI

router = APIRouter()


@router.get("/get")
async def get():
    time.sleep(0.001)  # runs: `@router.get`, `async def`


@router.get("/get/pool")
def get_pool():
    time.sleep(0.001)  # runs: `@router.get`, `def`


@router.put("/put")
async def put():
    time.sleep(0.001)  # runs: `@router.put`, `async def`


@router.put("/put/pool")
def put_pool():
    time.sleep(0.001)  # runs: `@router.put`, `def`


@router.post("/post")
async def post():
    time.sleep(0.001)  # runs: `@router.post`, `async def`


@router.post("/post/pool")
def post_pool():
    time.sleep(0.001)  # runs: `@router.post`, `def`


@router.delete("/delete")
async def delete():
    time.sleep(0.001)  # runs: `@router.delete`, `async def`


@router.delete("/delete/pool")
def delete_pool():
    time.sleep(0.001)  # runs: `@router.delete`, `def`


@router.options("/options")
async def options():
    time.sleep(0.001)  # runs: `@router.options`, `async def`


@router.options("/options/pool")
def options_pool():
    time.sleep(0.001)  # runs: `@router.options`, `def`


@router.head("/head")
async def head():
    time.sleep(0.001)  # runs: `@router.head`, `async def`


@router.head("/head/pool")
def head_pool():
    time.sleep(0.001)  # runs: `@router.head`, `def`


@router.patch("/patch")
async def patch():
    time.sleep(0.001)  # runs: `@router.patch`, `async def`


@router.patch("/patch/pool")
def patch_pool():
    time.sleep(0.001)  # runs: `@router.patch`, `def`


@router.trace("/trace")
async def trace():
    time.sleep(0.001)  # runs: `@router.trace`, `async def`


@router.trace("/trace/pool")
def trace_pool():
    time.sleep(0.001)  # runs: `@router.trace`, `def`


app = FastAPI()
app.include_router(router)
