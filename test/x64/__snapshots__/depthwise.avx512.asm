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
  mov eax,0x7f
  kmovw k2,eax
  mov eax,0x7e
  kmovw k3,eax
  vbroadcastss zmm1,DWORD PTR [rdx]
  vbroadcastss zmm2,DWORD PTR [rdx+0x4]
  vbroadcastss zmm0,DWORD PTR [rdi]
  vmovups zmm3{k3}{z},ZMMWORD PTR [rcx-0x4]
  vfmadd231ps zmm0,zmm3,zmm1
  vmovups zmm3{k2}{z},ZMMWORD PTR [rcx]
  vfmadd231ps zmm0,zmm3,zmm2
  vmovups ZMMWORD PTR [rsi]{k2},zmm0
  add rcx,0x40
  add rsi,0x40
  add rcx,0xffffffffffffffc0
  add rsi,0xffffffffffffffc0
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
