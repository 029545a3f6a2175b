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
  mov r10,QWORD PTR [rsp+0x8]
  mov r10,QWORD PTR [r10+0x8]
  add rcx,r10
  mov rdx,QWORD PTR [rsp]
  mov rdx,QWORD PTR [rdx+0x8]
  mov r10,QWORD PTR [rsp+0x8]
  mov r10,QWORD PTR [r10+0x28]
  add rdx,r10
  mov rdi,QWORD PTR [rsp]
  mov rdi,QWORD PTR [rdi+0x18]
  mov r10,QWORD PTR [rsp+0x8]
  mov r10,QWORD PTR [r10+0x10]
  add rdi,r10
  mov r8,QWORD PTR [rsp]
  mov r8,QWORD PTR [r8+0x28]
  mov r10,QWORD PTR [rsp+0x8]
  mov r10,QWORD PTR [r10+0x20]
  add r8,r10
  mov r9,QWORD PTR [rsp]
  mov r9,QWORD PTR [r9+0x20]
  mov r10,QWORD PTR [rsp+0x8]
  mov r10,QWORD PTR [r10+0x18]
  add r9,r10
  mov rsi,QWORD PTR [rsp+0x10]
  add rsi,0x40
  mov r10,rcx
  mov eax,0x3
  mov QWORD PTR [rsp+0x18],rax
  nop DWORD PTR [rax+0x0]
L1:
  mov r11,rdx
  movsxd rbx,DWORD PTR [r11]
  test rbx,rbx
  js L2
  add rbx,r10
  mov eax,0x7f
  kmovw k1,eax
  vmovups zmm0{k1}{z},ZMMWORD PTR [rbx]
  vmovups ZMMWORD PTR [rsi],zmm0
  jmp L3
L2:
  vxorps zmm0,zmm0,zmm0
  vmovups ZMMWORD PTR [rsi],zmm0
L3:
  add r11,0x4
  add rsi,0x1c
  add rsi,0x24
  add r10,0x1c
  dec QWORD PTR [rsp+0x18]
  jne L1
  add rsi,0xffffffffffffff40
  vbroadcastss zmm0,DWORD PTR [r9]
  vbroadcastss zmm1,DWORD PTR [r9+0x4]
  vbroadcastss zmm2,DWORD PTR [r9+0x8]
  vbroadcastss zmm3,DWORD PTR [r9+0xc]
  vbroadcastss zmm4,DWORD PTR [r9+0x10]
  vmovups zmm5,ZMMWORD PTR [rsi]
  vfmadd231ps zmm0,zmm5,DWORD BCST [rdi]
  vfmadd231ps zmm1,zmm5,DWORD BCST [rdi+0x4]
  vfmadd231ps zmm2,zmm5,DWORD BCST [rdi+0x8]
  vfmadd231ps zmm3,zmm5,DWORD BCST [rdi+0xc]
  vfmadd231ps zmm4,zmm5,DWORD BCST [rdi+0x10]
  vmovups zmm5,ZMMWORD PTR [rsi+0x4]
  vfmadd231ps zmm0,zmm5,DWORD BCST [rdi+0x14]
  vfmadd231ps zmm1,zmm5,DWORD BCST [rdi+0x18]
  vfmadd231ps zmm2,zmm5,DWORD BCST [rdi+0x1c]
  vfmadd231ps zmm3,zmm5,DWORD BCST [rdi+0x20]
  vfmadd231ps zmm4,zmm5,DWORD BCST [rdi+0x24]
  vmovups zmm5,ZMMWORD PTR [rsi+0x40]
  vfmadd231ps zmm0,zmm5,DWORD BCST [rdi+0x28]
  vfmadd231ps zmm1,zmm5,DWORD BCST [rdi+0x2c]
  vfmadd231ps zmm2,zmm5,DWORD BCST [rdi+0x30]
  vfmadd231ps zmm3,zmm5,DWORD BCST [rdi+0x34]
  vfmadd231ps zmm4,zmm5,DWORD BCST [rdi+0x38]
  vmovups zmm5,ZMMWORD PTR [rsi+0x44]
  vfmadd231ps zmm0,zmm5,DWORD BCST [rdi+0x3c]
  vfmadd231ps zmm1,zmm5,DWORD BCST [rdi+0x40]
  vfmadd231ps zmm2,zmm5,DWORD BCST [rdi+0x44]
  vfmadd231ps zmm3,zmm5,DWORD BCST [rdi+0x48]
  vfmadd231ps zmm4,zmm5,DWORD BCST [rdi+0x4c]
  vmovups zmm5,ZMMWORD PTR [rsi+0x80]
  vfmadd231ps zmm0,zmm5,DWORD BCST [rdi+0x50]
  vfmadd231ps zmm1,zmm5,DWORD BCST [rdi+0x54]
  vfmadd231ps zmm2,zmm5,DWORD BCST [rdi+0x58]
  vfmadd231ps zmm3,zmm5,DWORD BCST [rdi+0x5c]
  vfmadd231ps zmm4,zmm5,DWORD BCST [rdi+0x60]
  vmovups zmm5,ZMMWORD PTR [rsi+0x84]
  vfmadd231ps zmm0,zmm5,DWORD BCST [rdi+0x64]
  vfmadd231ps zmm1,zmm5,DWORD BCST [rdi+0x68]
  vfmadd231ps zmm2,zmm5,DWORD BCST [rdi+0x6c]
  vfmadd231ps zmm3,zmm5,DWORD BCST [rdi+0x70]
  vfmadd231ps zmm4,zmm5,DWORD BCST [rdi+0x74]
  mov eax,0x3f
  kmovw k1,eax
  vmovups ZMMWORD PTR [r8]{k1},zmm0
  vmovups ZMMWORD PTR [r8+0x18]{k1},zmm1
  vmovups ZMMWORD PTR [r8+0x30]{k1},zmm2
  vmovups ZMMWORD PTR [r8+0x48]{k1},zmm3
  vmovups ZMMWORD PTR [r8+0x60]{k1},zmm4
  add rdi,0x78
  add r8,0x78
  add r9,0x14
  add rcx,0x54
  add rsp,0x400
  pop r15
  pop r14
  pop r13
  pop r12
  pop rbp
  pop rbx
  vzeroupper
  ret
