  push rbx
  push rbp
  push r12
  push r13
  push r14
  push r15
  add rsp,0xfffffffffffffc00
  mov QWORD PTR [rsp],rdi
  mov QWORD PTR [rsp+0x8],rsi
  mov QWORD PTR [rsp+0x10],rdx
  mov rcx,QWORD PTR [rsp]
  mov rcx,QWORD PTR [rcx+0x10]
  mov r8,QWORD PTR [rsp+0x8]
  mov r8,QWORD PTR [r8+0x8]
  add rcx,r8
  mov rdx,QWORD PTR [rsp]
  mov rdx,QWORD PTR [rdx+0x18]
  mov r8,QWORD PTR [rsp+0x8]
  mov r8,QWORD PTR [r8+0x10]
  add rdx,r8
  mov rsi,QWORD PTR [rsp]
  mov rsi,QWORD PTR [rsi+0x28]
  mov r8,QWORD PTR [rsp+0x8]
  mov r8,QWORD PTR [r8+0x20]
  add rsi,r8
  mov rdi,QWORD PTR [rsp]
  mov rdi,QWORD PTR [rdi+0x20]
  mov r8,QWORD PTR [rsp+0x8]
  mov r8,QWORD PTR [r8+0x18]
  add rdi,r8
  mov eax,0x2
  mov QWORD PTR [rsp+0x18],rax
  nop DWORD PTR [rax+0x0]
L1:
  vbroadcastss ymm1,DWORD PTR [rdx]
  vbroadcastss ymm2,DWORD PTR [rdx+0x4]
  vbroadcastss ymm0,DWORD PTR [rdi]
  vmovups ymm3,YMMWORD PTR [constants+0x0]
  vmaskmovps ymm3,ymm3,YMMWORD PTR [rcx-0x4]
  vfmadd231ps ymm0,ymm3,ymm1
  vmovups ymm3,YMMWORD PTR [constants+0x40]
  vmaskmovps ymm3,ymm3,YMMWORD PTR [rcx]
  vfmadd231ps ymm0,ymm3,ymm2
  vmovups XMMWORD PTR [rsi],xmm0
  vextractf128 xmm3,ymm0,0x1
  vmovlps QWORD PTR [rsi+0x10],xmm3
  vextractps DWORD PTR [rsi+0x18],xmm3,0x2
  add rcx,0x20
  add rsi,0x20
  add rcx,0xffffffffffffffe0
  add rsi,0xffffffffffffffe0
  add rcx,0x1c
  add rsi,0x1c
  add rdx,0x8
  add rdi,0x4
  dec QWORD PTR [rsp+0x18]
  jne L1
  add rsp,0x400
  pop r15
  pop r14
  pop r13
  pop r12
  pop rbp
  pop rbx
  vzeroupper
  ret
